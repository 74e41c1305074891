namespace FeedReader;

/// <summary>A feed, whatever it was written in. All texts are plain text: markup is taken out, lengths are bounded.</summary>
public sealed record Feed(
    string Url, string Format, string Title, string? Description, string? Link, DateTimeOffset? Updated, IReadOnlyList<FeedItem> Items);

/// <summary>One item. Links are absolute http or https addresses, or absent.</summary>
public sealed record FeedItem(
    string Id, string Title, string? Link, string? Author, DateTimeOffset? Published, string? Summary, IReadOnlyList<string> Categories, Enclosure? Enclosure);

/// <summary>A file that belongs to an item, for example an episode.</summary>
public sealed record Enclosure(string Url, string? Type, long? Length);

/// <summary>What <c>GET /feed</c> answers. <c>Source</c> is <c>fetched</c>, <c>unchanged</c> (the server said so) or <c>memory</c>.</summary>
public sealed record FeedAnswer(Feed Feed, DateTimeOffset ReadAt, string Source);

/// <summary>What <c>GET /entries</c> answers: the newest items of all subscriptions, and which feeds could not be read.</summary>
public sealed record EntriesAnswer(IReadOnlyList<Entry> Entries, IReadOnlyList<FailedFeed> Failed);

public sealed record Entry(string Feed, string FeedTitle, FeedItem Item);

public sealed record FailedFeed(string Url, string Code, string Detail);

/// <summary>The user's settings, as the manifest's <c>config</c> describes them.</summary>
public sealed record FeedSettings(int RefreshMinutes = 15, int MaxItems = 50);
