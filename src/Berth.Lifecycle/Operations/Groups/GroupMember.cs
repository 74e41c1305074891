using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations.Groups;

/// <summary>
/// One plugin's part of a group: what is done before the switch, what the switch writes, and what holds after it. Until
/// the group commits, nothing of it can be seen.
/// </summary>
internal abstract class GroupMember : IDisposable
{
    /// <summary>The plugin.</summary>
    public abstract string Slug { get; }

    /// <summary>What the journal is told at the beginning.</summary>
    public abstract JournalEntry Entry { get; }

    /// <summary>Fetches, loads and runs the plugin's own code. May fail at any point; nothing is in force yet.</summary>
    public abstract Task PrepareAsync(RunningOperation running, CancellationToken cancellationToken);

    /// <summary>Prepares again what the switch found to be old.</summary>
    public virtual Task RepeatAsync(RunningOperation running, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes the rows, in the transaction of the whole group. SQL only; may run more than once.</summary>
    public abstract Task<OperationResult> WriteAsync(DbSession session, RunningOperation running, long now);

    /// <summary>The installation afterwards, or <see langword="null"/> when there is none any more.</summary>
    public abstract InstalledPlugin? After(RunningOperation running, long now);

    /// <summary>Writes the recovery record; a failure is repaired later.</summary>
    public virtual void Record()
    {
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A document was written after the export.</summary>
internal sealed class LateWriteException(GroupMember member) : Exception
{
    public GroupMember Member => member;
}
