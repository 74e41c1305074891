namespace Berth.Registry.Review;

/// <summary>What came of a decision or an appeal.</summary>
public abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    /// <summary>Done, or with a dry run: nothing stands in the way.</summary>
    public sealed record Done(ReviewRecord Review) : ReviewOutcome;

    /// <summary>There is no such review, or it is not theirs to see.</summary>
    public sealed record Unknown : ReviewOutcome;

    /// <summary>Only a reviewer may decide on it.</summary>
    public sealed record NotReviewer : ReviewOutcome;

    /// <summary>Nobody decides on what they published themselves.</summary>
    public sealed record OwnVersion : ReviewOutcome;

    /// <summary>An appeal is decided by somebody else than who rejected the version.</summary>
    public sealed record SameReviewer : ReviewOutcome;

    /// <summary>Without a reason it is not decided.</summary>
    /// <param name="HasCriticalFindings">Whether it is an approval of critical findings.</param>
    public sealed record ReasonNeeded(bool HasCriticalFindings) : ReviewOutcome;

    /// <summary>What is quarantined is not approved: it would be visible, and could not be used.</summary>
    /// <param name="Review">The review, still open.</param>
    /// <param name="Why">In a sentence, with the next step.</param>
    public sealed record Quarantined(ReviewRecord Review, string Why) : ReviewOutcome;

    /// <summary>The review is over, or was decided a moment ago.</summary>
    public sealed record NotOpen(ReviewRecord Review) : ReviewOutcome;

    /// <summary>Only the version's publisher can appeal.</summary>
    public sealed record NotPublisher : ReviewOutcome;

    /// <summary>Only a rejected version can be appealed for.</summary>
    public sealed record NotRejected(ReviewRecord Review) : ReviewOutcome;

    /// <summary>There was an appeal already.</summary>
    public sealed record AppealedBefore : ReviewOutcome;
}
