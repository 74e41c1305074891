namespace FeedReader.Fetching;

/// <summary>Bounds of what a feed's server can make this plugin do.</summary>
public sealed record FeedLimits
{
    public static FeedLimits Default { get; } = new();

    /// <summary>Bytes of a feed, after decompression.</summary>
    public int MaxBytes { get; init; } = 5 * 1024 * 1024;

    /// <summary>Time for one feed, from the request to its last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for all subscriptions together.</summary>
    public TimeSpan AllTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Feeds that are remembered, for all users together.</summary>
    public int MaxRemembered { get; init; } = 100;
}
