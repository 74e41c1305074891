namespace Hostile.Attacks.Crashes;

public sealed class DiesInHook : Attack
{
    public override string Title => "ends its process in a hook before it is loaded";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed", "plugin.hook_failed"];

    public override bool EndsAtStart => true;

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddLifecycleHooks<Hooks>("dies");

    private sealed class Hooks : ILifecycleHooks
    {
        public Task BeforeLoadAsync(CancellationToken cancellationToken)
        {
            Sys.Die();
            return Task.CompletedTask;
        }
    }
}
