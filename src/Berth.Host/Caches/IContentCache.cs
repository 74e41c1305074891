namespace Berth.Host.Caches;

/// <summary>One cache, whatever it holds.</summary>
internal interface IContentCache
{
    /// <summary>Hits and misses since the start, and entries now.</summary>
    CacheFigures Figures { get; }

    /// <summary>Throws away what the selection means, or only counts it. What is being loaded right now is not kept either.</summary>
    int Invalidate(CacheSelection selection, bool isDryRun);
}
