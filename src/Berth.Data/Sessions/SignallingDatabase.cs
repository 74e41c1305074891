namespace Berth.Data.Sessions;

/// <summary>A database that tells a <see cref="CommitSignal"/> of each commit.</summary>
public sealed class SignallingDatabase(IDatabase inner, CommitSignal signal) : IDatabase
{
    /// <inheritdoc />
    public DatabaseKind Kind => inner.Kind;

    /// <inheritdoc />
    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => inner.ReadAsync(work, cancellationToken);

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.WriteAsync(work, cancellationToken);
        }
        finally
        {
            // Also after an exception: a connection that breaks in a commit leaves open whether it happened.
            signal.Pulse();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
