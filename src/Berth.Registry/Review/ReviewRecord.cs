namespace Berth.Registry.Review;

/// <summary>A version in review, or what came of it.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="State">One of <see cref="ReviewState"/>.</param>
/// <param name="PublishedBy">A user id.</param>
/// <param name="SentBy">The publisher, or the administrator who acted for them.</param>
/// <param name="Reasons">Why it is held.</param>
/// <param name="IsStaged">Whether it waits for a second person of its publisher only.</param>
/// <param name="HeldAt">Since when.</param>
/// <param name="QueuedAt">When it entered the queue; an appeal enters it again.</param>
/// <param name="Position">From 1, while it is open.</param>
/// <param name="DecidedBy">Who decided last.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Decision">Their reason.</param>
/// <param name="Appeal">What the publisher has to say against the rejection.</param>
/// <param name="AppealedAt">When.</param>
/// <param name="RejectedBy">Who rejected it first, and does not decide on the appeal.</param>
/// <param name="Rejection">Their reason.</param>
public sealed record ReviewRecord(
    string Id,
    string Slug,
    string Version,
    string State,
    string PublishedBy,
    string SentBy,
    IReadOnlyList<HoldReason> Reasons,
    bool IsStaged,
    DateTimeOffset HeldAt,
    DateTimeOffset QueuedAt,
    long? Position,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    string? Decision,
    string? Appeal,
    DateTimeOffset? AppealedAt,
    string? RejectedBy,
    string? Rejection);

/// <summary>Where a review stands.</summary>
public static class ReviewState
{
    /// <summary>In the queue.</summary>
    public const string Open = "open";

    /// <summary>The version is visible.</summary>
    public const string Approved = "approved";

    /// <summary>It is not, and its publisher can appeal once.</summary>
    public const string Rejected = "rejected";

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [Open, Approved, Rejected];
}
