using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Pipeline;

/// <summary>Finds the version's files in the store and reads its manifest. Promise: no code of the plugin runs here.</summary>
internal sealed class DiscoverStage(IPluginVersionSource source, IHostEvents events) : IPipelineStage
{
    private readonly ConcurrentDictionary<PluginVersionId, byte> _met = new();

    public string Phase => "discover";

    public string FaultCode => "plugin.store_failed";

    /// <summary>The next load reads the version anew.</summary>
    public void Forget(PluginVersionId id) => source.Forget(id);

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        parts.Files = await source.FindAsync(parts.Id, cancellationToken);
        if (parts.Files is null)
            return new StageFault(StageFault.NotFoundCode, $"{parts.Id} is not in the store of this host. Install it again, or repair the installation.");
        if (parts.Files.Manifest.Module is null)
            return new StageFault(StageFault.NotFoundCode, $"{parts.Id} has no server-side code (no 'module' in its manifest).");
        if (_met.TryAdd(parts.Id, 0))
            events.Raise(new PluginDiscovered(parts.Id.Slug, parts.Id.Version, parts.Files.TrustLevel), parts.Id);
        return null;
    }
}
