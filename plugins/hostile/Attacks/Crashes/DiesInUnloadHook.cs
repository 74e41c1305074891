namespace Hostile.Attacks.Crashes;

public sealed class DiesInUnloadHook : Attack
{
    public override string Title => "ends its process in a hook before it is unloaded";

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddLifecycleHooks<Hooks>("dies");

    protected override string Run(Target target) => "did: ends itself when it is unloaded";

    private sealed class Hooks : ILifecycleHooks
    {
        public Task BeforeUnloadAsync(CancellationToken cancellationToken)
        {
            Sys.Die();
            return Task.CompletedTask;
        }
    }
}
