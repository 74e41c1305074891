using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Bulk;

/// <summary>
/// One operation for many users. It is a journal entry of its own that runs in the background; what it does for each user
/// is an ordinary operation with an entry, an audit and events of its own, asked for by the administrator. A process
/// killed in the middle leaves every user in the old state or the new one, and the next start goes on where it was.
/// </summary>
public interface IBulkOperations
{
    /// <summary>
    /// Begins. Before: nothing. After: the journal entry is durable, and the operation runs. After a failure: nothing.
    /// The same <see cref="OperationCaller.IdempotencyKey"/> again answers the same entry.
    /// </summary>
    Task<BulkOutcome> StartAsync(OperationCaller administrator, BulkRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends it after the users that are under way; what was done for others stays. Returns whether it ran.</summary>
    Task<bool> CancelAsync(string operationId, string actorId, CancellationToken cancellationToken = default);
}

/// <summary>What to do for many users.</summary>
/// <param name="Operation">One of <see cref="BulkRequest.Operations"/>.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">A version or range, for install and update.</param>
/// <param name="Users">User ids; <see langword="null"/> means all: to install, every user; otherwise every user who has the plugin.</param>
/// <param name="Grant">Capabilities granted for each user, for install and update.</param>
/// <param name="IsDryRun">Only count.</param>
public sealed record BulkRequest(
    string Operation, string Slug, string? Version = null, IReadOnlyList<string>? Users = null, IReadOnlyList<string>? Grant = null, bool IsDryRun = false)
{
    /// <summary>What can be done for many users.</summary>
    public static IReadOnlyList<string> Operations { get; } = ["install", "update", "uninstall", "enable", "disable", "rollback", "repair"];
}

/// <summary>How beginning an operation for many users ended.</summary>
public abstract record BulkOutcome
{
    private BulkOutcome()
    {
    }

    /// <summary>It runs.</summary>
    public sealed record Started(string OperationId, long Total) : BulkOutcome;

    /// <summary>A dry run: it would be done for so many users.</summary>
    public sealed record Planned(long Total) : BulkOutcome;

    /// <summary>It is not possible.</summary>
    public sealed record Refused(OperationOutcome.Refused Reason) : BulkOutcome;
}
