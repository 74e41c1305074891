using Berth.Host.Hooks;
using Berth.Host.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Pipeline;

/// <summary>
/// Asks the plugin's own hooks whether it may start, starts what it registered as hosted services, then the plugin itself, and asks its health checks. Promise: who gets
/// through runs and calls itself healthy.
/// </summary>
internal sealed class StartStage(HookRunner hooks) : IPipelineStage
{
    public string Phase => "start";

    public string FaultCode => "plugin.start_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        if (await hooks.BeforeLoadAsync(parts, cancellationToken) is { } refused)
            return refused;
        foreach (var service in parts.Provider!.GetServices<IHostedService>())
        {
            parts.HostedServices.Add(service);
            await service.StartAsync(cancellationToken);
        }

        parts.IsStartCalled = true;
        await parts.Plugin!.StartAsync(parts.Context!, cancellationToken);
        return await CheckHealthAsync(parts, cancellationToken);
    }

    private static async Task<StageFault?> CheckHealthAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        if (parts.Provider!.GetService<HealthCheckService>() is not { } checks)
            return null;
        var report = await checks.CheckHealthAsync(cancellationToken);
        if (report.Status != HealthStatus.Unhealthy)
            return null;
        var failed = report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description ?? (entry.Value.Exception is { } thrown ? ForeignCode.Describe(thrown) : "unhealthy")}");
        return new StageFault("plugin.unhealthy", $"{parts.Id} started, but its own health checks say that it cannot work: {string.Join("; ", failed)}");
    }
}
