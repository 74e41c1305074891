namespace Berth.Registry.Review;

/// <summary>The queue of held versions, and the decisions on them.</summary>
public interface IReviews
{
    /// <summary>A page of reviews.</summary>
    Task<IReadOnlyList<ReviewRecord>> ListAsync(ReviewQuery query, CancellationToken cancellationToken = default);

    /// <summary>A review that the actor may see, or <see langword="null"/>: reviewers see all, others those of their own versions and plugins.</summary>
    Task<ReviewRecord?> FindAsync(string id, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>The review of a version, if it was ever held.</summary>
    Task<ReviewRecord?> OfVersionAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Approves or rejects. After: the version is visible or rejected, its publisher is told, who decided and why is recorded.
    /// After anything but <see cref="ReviewOutcome.Done"/>: as before.
    /// </summary>
    /// <param name="isDryRun">Only says what would come of it.</param>
    Task<ReviewOutcome> DecideAsync(string id, bool isApproved, ReviewActor actor, string? reason, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>Puts a rejected version back into the queue, once, for somebody else to decide.</summary>
    Task<ReviewOutcome> AppealAsync(string id, ReviewActor actor, string text, bool isDryRun, CancellationToken cancellationToken = default);
}

/// <summary>Who works on a review.</summary>
/// <param name="UserId">For whom.</param>
/// <param name="ActorId">Who it is: another one only when an administrator acts for a user.</param>
/// <param name="IsReviewer">Whether they may decide on any version.</param>
public sealed record ReviewActor(string UserId, string ActorId, bool IsReviewer);

/// <summary>Which reviews.</summary>
/// <param name="State">One of <see cref="ReviewState"/>.</param>
/// <param name="VisibleTo">A user who sees their own and those of their plugins; <see langword="null"/> for a reviewer.</param>
/// <param name="PublishedBy">Only this publisher's.</param>
/// <param name="Slug">Only this plugin's.</param>
/// <param name="Limit">At most as many.</param>
/// <param name="AfterAt">The last one of the page before: when it was queued.</param>
/// <param name="AfterId">And its id.</param>
public sealed record ReviewQuery(
    string State, string? VisibleTo = null, string? PublishedBy = null, string? Slug = null, int Limit = 20, DateTimeOffset? AfterAt = null, string? AfterId = null);
