using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hostile.Attacks.Crashes;

public sealed class DiesInHealthCheck : Attack
{
    public override string Title => "ends its process when it is asked for its health";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed", "plugin.unhealthy"];

    public override bool EndsAtStart => true;

    public override void Configure(IServiceCollection services, IPluginContext plugin) => services.AddHealthChecks().AddCheck("dies", () =>
    {
        Sys.Die();
        return HealthCheckResult.Healthy();
    });
}
