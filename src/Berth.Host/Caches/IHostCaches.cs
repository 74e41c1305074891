namespace Berth.Host.Caches;

/// <summary>The host's caches by name: <c>manifest</c>, <c>verification</c>, <c>scan</c>.</summary>
public interface IHostCaches
{
    /// <summary>Each cache and how well it works.</summary>
    IReadOnlyList<CacheFigures> Figures { get; }

    /// <summary>
    /// Throws away what the selection means, and what is being found out about it right now; or only counts it. Nothing is
    /// lost: it is found out again when somebody asks.
    /// </summary>
    /// <returns>Entries by the name of the cache, or <see langword="null"/> when the selection names a cache that is not there.</returns>
    IReadOnlyDictionary<string, int>? Invalidate(CacheSelection selection, bool isDryRun = false);
}
