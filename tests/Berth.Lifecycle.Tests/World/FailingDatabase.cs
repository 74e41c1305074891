using Berth.Data.Sessions;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A real database of which one write fails, in its transaction and after its work: nothing of it is left.</summary>
internal sealed class FailingDatabase(IDatabase inner, int at) : IDatabase
{
    private int _writes;

    /// <summary>Whether the write that was to fail has come.</summary>
    public bool HasFailed => Volatile.Read(ref _writes) > at;

    public DatabaseKind Kind => inner.Kind;

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => inner.ReadAsync(work, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => Interlocked.Increment(ref _writes) - 1 == at
        ? inner.WriteAsync<T>(
            async session =>
            {
                await work(session);
                throw new DatabaseUnavailableException(DatabaseTrouble.Full, "The disk of the database is full.");
            },
            cancellationToken)
        : inner.WriteAsync(work, cancellationToken);

    /// <summary>The inner one belongs to the world.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
