namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// Removes what nobody needs: idle instances, versions without a reference, stale staging files, package blobs without a
/// row, and rows of the journal, events and audit that are older than they are kept. Safe at any moment beside installs, updates and rollbacks, and repeatable: what a killed run left, the next one takes.
/// </summary>
public interface ICleanup
{
    /// <summary>
    /// Runs it. Before: anything. After: what nothing referred to for its retention is gone, everything else is untouched.
    /// After a failure: what was removed is gone, the rest is as it was. Runs come one after another.
    /// </summary>
    /// <param name="isDryRun">Changes nothing, and lists what a run would remove now.</param>
    Task<CleanupResult> RunAsync(bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes one version from the store, whatever its retention. Before: nothing refers to it. After: it is unloaded and
    /// its files are gone; an install stages it again. After a failure: it is there.
    /// </summary>
    /// <returns>How many bytes that freed, or would; <see langword="null"/> when something refers to it.</returns>
    Task<long?> RemoveAsync(string slug, string version, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>When the last run that was no dry run ended; <see langword="null"/> before the first.</summary>
    DateTimeOffset? LastRun { get; }

    /// <summary>What that run did.</summary>
    CleanupResult? LastResult { get; }
}

/// <summary>What a run removed, or would remove.</summary>
/// <param name="Managers">Idle instances.</param>
/// <param name="Versions">Versions in the shared store.</param>
/// <param name="TempFiles">Staging files and folders, and package blobs without a reference.</param>
/// <param name="BytesFreed">Bytes on disk.</param>
/// <param name="Items">Each of them.</param>
public sealed record CleanupResult(int Managers, int Versions, int TempFiles, long BytesFreed, IReadOnlyList<CleanupItem> Items);

/// <summary>One thing that was removed.</summary>
/// <param name="Kind"><c>manager</c>, <c>version</c>, <c>variant</c>, <c>staging</c>, <c>blob</c>, <c>operation</c>, <c>webhook-delivery</c>, <c>event</c> or <c>audit</c>.</param>
/// <param name="Subject">What: slug and version, the name of a staging entry, a digest, how many rows.</param>
/// <param name="Bytes">How many bytes it had on disk.</param>
/// <param name="Reason">Why nobody needs it.</param>
public sealed record CleanupItem(string Kind, string Subject, long Bytes, string Reason);
