namespace Berth.Host.Pipeline;

/// <summary>Finds what the version depends on. Promise: what comes after it has its dependencies, or does not run.</summary>
internal sealed class ResolveStage : IPipelineStage
{
    public string Phase => "resolve";

    public string FaultCode => "plugin.resolve_failed";

    public ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken) => default;
}
