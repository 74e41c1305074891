using Berth.Data.Sessions;

namespace Berth.Server.Tests;

/// <summary>Counts what reaches the real database behind it.</summary>
public sealed class CountingDatabase(IDatabase inner) : IDatabase
{
    private int _reads;
    private int _writes;

    public int Reads => Volatile.Read(ref _reads);

    public int Writes => Volatile.Read(ref _writes);

    public DatabaseKind Kind => inner.Kind;

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadAsync(work, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        return inner.WriteAsync(work, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
