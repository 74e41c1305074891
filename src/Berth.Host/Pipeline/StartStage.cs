using Berth.Host.Hooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Pipeline;

/// <summary>Starts what the plugin registered as hosted services, then the plugin itself.</summary>
internal sealed class StartStage(HookRunner hooks) : IPipelineStage
{
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
        return null;
    }
}
