namespace Hostile.Attacks.Crashes;

public sealed class DiesInErrorHook : Attack
{
    public override string Title => "fails, and ends its process in the hook that is told of it";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    // The first is told of; the second comes to what is left.
    public override int Calls => 2;

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddLifecycleHooks<Hooks>("dies");

    protected override string Run(Target target) => throw new InvalidOperationException("hostile");

    private sealed class Hooks : ILifecycleHooks
    {
        public Task OnErrorAsync(PluginError error, CancellationToken cancellationToken)
        {
            Sys.Die();
            return Task.CompletedTask;
        }
    }
}
