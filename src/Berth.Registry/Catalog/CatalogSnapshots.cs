using System.Diagnostics.CodeAnalysis;
using Berth.Registry.Search;
using Microsoft.Extensions.Caching.Memory;

namespace Berth.Registry.Catalog;

/// <summary>
/// Immutable views of plugins, by slug, bounded. A publish or a trust decision of this process drops the plugin's view at
/// once; what another node wrote is seen after <see cref="Lifetime"/>.
/// </summary>
internal sealed class CatalogSnapshots(TimeProvider time, SearchState search) : IDisposable
{
    /// <summary>How long a view is served without asking the database.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private const int MaxVersions = 20_000;
    private readonly MemoryCache _views = new(new MemoryCacheOptions { SizeLimit = MaxVersions });
    private readonly long[] _generations = new long[256];

    /// <summary>A view that is still fresh.</summary>
    public bool TryGetFresh(string slug, [NotNullWhen(true)] out PluginRecord? plugin)
    {
        var found = _views.TryGetValue<View>(Fold(slug), out var view) && !view!.IsOver
            && time.GetElapsedTime(view.LoadedAt) < Lifetime && !(view.Plugin.TrustChangesAt <= time.GetUtcNow());
        plugin = found ? view!.Plugin : null;
        return found;
    }

    /// <summary>A view of any age, whose parsed manifests can be used again.</summary>
    public PluginRecord? FindStale(string slug) => _views.TryGetValue<View>(Fold(slug), out var view) ? view!.Plugin : null;

    /// <summary>Unix milliseconds.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>To be read before a plugin is loaded and given back to <see cref="Put"/>.</summary>
    public long GenerationOf(string slug) => Volatile.Read(ref Generation(slug));

    /// <summary>Keeps a view, unless the plugin changed while it was being loaded: then it may already be old.</summary>
    public void Put(PluginRecord plugin, long generation)
    {
        if (GenerationOf(plugin.Slug) == generation)
            _views.Set(Fold(plugin.Slug), new View(plugin, time.GetTimestamp()), new MemoryCacheEntryOptions { Size = 1 + plugin.Versions.Count });

        // A change between the comparison and the line above must win.
        if (GenerationOf(plugin.Slug) != generation)
            _views.Remove(Fold(plugin.Slug));
    }

    /// <summary>Ends a view after the commit of a change. Its parsed manifests stay: most versions are the same in the next one.</summary>
    public void Invalidate(string slug)
    {
        Interlocked.Increment(ref Generation(slug));
        if (_views.TryGetValue<View>(Fold(slug), out var view))
            _views.Set(Fold(slug), view! with { IsOver = true }, new MemoryCacheEntryOptions { Size = 1 + view.Plugin.Versions.Count });
        search.Touch(slug);
    }

    public void Dispose() => _views.Dispose();

    private static string Fold(string slug) => slug.ToLowerInvariant();

    private ref long Generation(string slug) =>
        ref _generations[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(slug) % (uint)_generations.Length];

    private sealed record View(PluginRecord Plugin, long LoadedAt, bool IsOver = false);
}
