namespace Berth.Events;

/// <summary>Entries of a cache were thrown away because they may not be true any more.</summary>
[EventType("berth.cache.invalidated")]
public sealed record CacheInvalidated(string Cache, string? Plugin, string? Pattern, int Entries) : BerthEvent;
