namespace Berth.Lifecycle.Users;

/// <summary>Deletes users, with what is theirs or handing it over.</summary>
public interface IUserRemoval
{
    /// <summary>
    /// Deletes a user. Before: the user is there. After: no table but the audit holds a row of theirs, their folder is
    /// gone, and installations were uninstalled by the plugins' own code or belong to the heir. After a failure: everything
    /// is as it was until the deletion is in its journal; from then on it is carried to its end, by this call, by its
    /// repetition, or by the next start.
    /// </summary>
    Task<UserRemovalOutcome> RemoveAsync(UserRemovalRequest request, CancellationToken cancellationToken = default);

    /// <summary>Carries deletions on that were interrupted. Returns how many.</summary>
    Task<int> ResumeAsync(CancellationToken cancellationToken = default);
}

/// <summary>Whom to delete.</summary>
/// <param name="UserId">The user.</param>
/// <param name="HeirId">Who takes installations, documents, settings and private packages over; <see langword="null"/> deletes them.</param>
/// <param name="ActorId">Who asks; becomes the author of what the user published, unless there is an heir.</param>
/// <param name="RequestId">For the audit.</param>
/// <param name="IsDryRun">Plan only.</param>
/// <param name="SignedOut">Told when nobody can sign in as the user any more, so that tokens in memory go as well.</param>
public sealed record UserRemovalRequest(
    string UserId, string? HeirId, string ActorId, string? RequestId = null, bool IsDryRun = false, Action<string>? SignedOut = null);

/// <summary>How the deletion of a user ended.</summary>
public abstract record UserRemovalOutcome
{
    private UserRemovalOutcome()
    {
    }

    /// <summary>The user is gone, or would be in a dry run.</summary>
    /// <param name="Uninstalled">Slugs whose installations were uninstalled.</param>
    /// <param name="HandedOver">Slugs that the heir has now.</param>
    /// <param name="Kept">Slugs that the heir had already: theirs stays, the documents are kept beside.</param>
    /// <param name="Notes">What went wrong on the way and did not stop it.</param>
    public sealed record Removed(IReadOnlyList<string> Uninstalled, IReadOnlyList<string> HandedOver, IReadOnlyList<string> Kept, IReadOnlyList<string> Notes) : UserRemovalOutcome;

    /// <summary>There is no such user.</summary>
    public sealed record Unknown : UserRemovalOutcome;

    /// <summary>The heir is not there, or is the user.</summary>
    public sealed record UnknownHeir : UserRemovalOutcome;

    /// <summary>Nobody could administrate any more.</summary>
    public sealed record LastAdministrator : UserRemovalOutcome;
}
