namespace Berth.Host.Caches;

/// <summary>How well a cache works.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hits">Questions that were answered without doing the work again.</param>
/// <param name="Misses">How often the work was done.</param>
/// <param name="Entries">Entries now, with those whose time is up and that were not cleared away yet.</param>
public sealed record CacheFigures(string Name, long Hits, long Misses, int Entries)
{
    /// <summary>Hits of all questions, from 0 to 1.</summary>
    public double Ratio => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
