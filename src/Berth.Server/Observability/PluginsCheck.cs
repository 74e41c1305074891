using Berth.Host.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Server.Observability;

/// <summary>
/// What running plugins say of themselves. An ill plugin degrades the host and never makes it unready, unless its manifest
/// says that it is critical: otherwise any plugin could take the host out of its load balancer.
/// </summary>
internal sealed class PluginsCheck(IPluginHealth plugins) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reports = await plugins.CheckAsync(cancellationToken);
        var ill = reports.Where(report => report.Status != HealthStatus.Healthy).ToList();
        var status = ill.Exists(report => report is { IsCritical: true, Status: HealthStatus.Unhealthy }) ? HealthStatus.Unhealthy
            : ill.Count > 0 ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        var data = reports.Where(report => report.Entries.Count > 0).ToDictionary(report => report.Id.ToString(), report => (object)Shown(report), StringComparer.Ordinal);
        return new HealthCheckResult(status, ill.Count == 0 ? null : $"Not healthy: {string.Join(", ", ill.Select(report => report.Id))}.", data: data);
    }

    // Names and statuses: anybody may read this, and what a plugin writes about its trouble is for its users.
    private static object Shown(PluginHealthReport report) => new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        critical = report.IsCritical,
        checks = report.Entries.ToDictionary(entry => entry.Name, entry => entry.Status.ToString().ToLowerInvariant(), StringComparer.Ordinal),
    };
}
