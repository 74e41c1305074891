namespace Berth.Host.Pipeline;

/// <summary>Finds the version's files in the store.</summary>
internal sealed class FindStage(IPluginVersionSource source) : IPipelineStage
{
    public string FaultCode => "plugin.store_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        parts.Files = await source.FindAsync(parts.Id, cancellationToken);
        if (parts.Files is null)
            return new StageFault(StageFault.NotFoundCode, $"{parts.Id} is not in the store of this host. Install it again, or repair the installation.");
        return parts.Files.Manifest.Module is null
            ? new StageFault(StageFault.NotFoundCode, $"{parts.Id} has no server-side code (no 'module' in its manifest).")
            : null;
    }
}
