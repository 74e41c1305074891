using Berth.Data.Sessions;

namespace Berth.Lifecycle.Tests.World;

/// <summary>The real database, and how much is written to it at once.</summary>
internal sealed class WriteCounter(IDatabase inner) : IDatabase
{
    public int Writes { get; private set; }

    /// <summary>The largest number that a write answered: of rows, where it answers rows.</summary>
    public int Most { get; private set; }

    public DatabaseKind Kind => inner.Kind;

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => inner.ReadAsync(work, cancellationToken);

    public async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        var answer = await inner.WriteAsync(work, cancellationToken);
        Writes++;
        Most = answer is int rows ? Math.Max(Most, rows) : Most;
        return answer;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
