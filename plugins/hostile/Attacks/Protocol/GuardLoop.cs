namespace Hostile.Attacks.Protocol;

public sealed class GuardLoop : Attack
{
    public override string Title => "asks for its own guard within its own guard, for ever";

    public override bool NeedsWorker => true;

    private Target? _target;
    private string _call = "";
    private readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _within = new();

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddGuard<Loops>("loop");

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        _target = target;
        _call = Broker.CallOf(context);
        var status = await AskAsync(context.RequestServices, target);
        var within = string.Join(" ", _within.Keys);
        return _within.ContainsKey(200) ? $"reached: {status}, within it {within}" : $"stopped: {status}, within it {within}";
    }

    private Task<int> AskAsync(IServiceProvider services, Target target) => Broker.SendAsync(
        services, target, $"/calls/guards?call={_call}", """{"guards":["loop"],"method":"GET","path":"/","route":"/","route_values":{}}""");

    private sealed class Loops(IServiceProvider services) : IGuard
    {
        public async ValueTask<GuardDecision> DecideAsync(GuardContext context, CancellationToken cancellationToken)
        {
            var attack = (GuardLoop)Plugin.Current;
            foreach (var status in await Task.WhenAll(attack.AskAsync(services, attack._target!), attack.AskAsync(services, attack._target!)))
                attack._within[status] = 1;
            return GuardDecision.Allow;
        }
    }
}
