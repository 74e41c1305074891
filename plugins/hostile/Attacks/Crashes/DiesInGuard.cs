namespace Hostile.Attacks.Crashes;

public sealed class DiesInGuard : Attack
{
    public override string Title => "ends its process in a guard";

    public override string Endpoint => "guarded";

    public override IReadOnlyList<string> Endings => ["Crashed", "Denied"];

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddGuard<Dies>("dies");

    public override void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/guarded", () => "reached: past the guard").RequireGuard("dies");

    private sealed class Dies : IGuard
    {
        public ValueTask<GuardDecision> DecideAsync(GuardContext context, CancellationToken cancellationToken)
        {
            Sys.Die();
            return new(GuardDecision.Allow);
        }
    }
}
