using Berth.Host.Graph;

namespace Berth.Host.Pipeline;

/// <summary>Brings up what the version depends on. Promise: what comes after it has its dependencies running, or does not run.</summary>
internal sealed class ResolveStage(DependencyResolution dependencies) : IPipelineStage
{
    public string Phase => "resolve";

    public string FaultCode => "plugin.resolve_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        (var fault, parts.Dependencies) = await dependencies.ResolveAsync(parts.Files!, cancellationToken);
        return fault;
    }
}
