namespace Hostile.Attacks.Crashes;

public sealed class DiesInConfigure : Attack
{
    public override string Title => "ends its process while it registers services";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed"];

    public override bool EndsAtStart => true;

    public override void Configure(IServiceCollection services, IPluginContext plugin) => Sys.Die();
}
