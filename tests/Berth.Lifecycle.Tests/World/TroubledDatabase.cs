using Berth.Data.Sessions;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A real database whose writes can be made to fail as a locked or full one's do.</summary>
internal sealed class TroubledDatabase(IDatabase inner) : IDatabase
{
    public DatabaseTrouble? Trouble { get; set; }

    public DatabaseKind Kind => inner.Kind;

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) => inner.ReadAsync(work, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default) =>
        Trouble is { } trouble ? throw new DatabaseUnavailableException(trouble, "The database is locked.") : inner.WriteAsync(work, cancellationToken);

    /// <summary>The inner one belongs to the world.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
