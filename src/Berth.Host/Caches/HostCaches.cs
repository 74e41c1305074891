using Berth.Events;
using Berth.Host.Events;
using Berth.Packaging.Manifest;

namespace Berth.Host.Caches;

/// <summary>All caches of the host in one place.</summary>
internal sealed class HostCaches(HostOptions options, TimeProvider time, IHostEvents events) : IHostCaches, IDisposable
{
    /// <summary>Manifests of versions, read and validated.</summary>
    public ContentCache<PluginManifest> Manifests { get; } = new("manifest", options.Caches, time);

    /// <summary>That the files of a version are the ones that were published.</summary>
    public ContentCache<Verification> Verifications { get; } = new("verification", options.Caches, time);

    /// <summary>What scans of a version's files found.</summary>
    public ContentCache<ScanVerdict> ScanVerdicts { get; } = new("scan", options.Caches, time);

    /// <summary>What versions use and do not declare, of those whose source did not look.</summary>
    public ContentCache<DeclarationVerdict> Declarations { get; } = new("declaration", options.Caches, time);

    public IReadOnlyList<CacheFigures> Figures => [.. All.Select(cache => cache.Figures)];

    private IEnumerable<IContentCache> All => [Manifests, Verifications, ScanVerdicts, Declarations];

    public IReadOnlyDictionary<string, int>? Invalidate(CacheSelection selection, bool isDryRun = false)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var meant = All.Where(cache => selection.Cache is null || string.Equals(selection.Cache, cache.Figures.Name, StringComparison.Ordinal)).ToList();
        if (meant.Count == 0)
            return null;

        var gone = meant.ToDictionary(cache => cache.Figures.Name, cache => cache.Invalidate(selection, isDryRun), StringComparer.Ordinal);
        foreach (var (name, entries) in isDryRun ? [] : gone)
            events.Raise(new CacheInvalidated(name, selection.Plugin, selection.Pattern, entries));
        return gone;
    }

    public void Dispose()
    {
        Manifests.Dispose();
        Verifications.Dispose();
        ScanVerdicts.Dispose();
        Declarations.Dispose();
    }
}
