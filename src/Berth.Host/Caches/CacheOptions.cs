namespace Berth.Host.Caches;

/// <summary>Bounds of each of the host's caches.</summary>
public sealed record CacheOptions
{
    /// <summary>How many entries one cache holds at most; one for each version, as a rule. Default 4,096.</summary>
    public int Entries { get; init; } = 4_096;

    /// <summary>How long an entry is believed; a manifest's <c>optimization.caching.ttl</c> may shorten it. Default 10 minutes.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(10);
}
