using Microsoft.Extensions.Caching.Memory;

namespace FeedReader.Fetching;

/// <summary>Feeds that were read, by address, for all users of this loaded version: what an address serves is the same for each of them.</summary>
internal sealed class FeedCache(FeedLimits limits) : IDisposable
{
    private static readonly TimeSpan KeptUnused = TimeSpan.FromDays(1);

    private readonly MemoryCache _feeds = new(new MemoryCacheOptions { SizeLimit = limits.MaxRemembered });

    public RememberedFeed? Find(Uri url) => _feeds.Get<RememberedFeed>(url.AbsoluteUri);

    /// <summary>Remembers the feed. When the cache is full the least recently used make room, and this one may have to be fetched again.</summary>
    public void Remember(Uri url, RememberedFeed feed) =>
        _feeds.Set(url.AbsoluteUri, feed, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = KeptUnused });

    public void Dispose() => _feeds.Dispose();
}

/// <summary>A feed with what a conditional request needs (RFC 9110, section 13.1).</summary>
internal sealed record RememberedFeed(Feed Feed, DateTimeOffset ReadAt, string? ETag, DateTimeOffset? LastModified);
