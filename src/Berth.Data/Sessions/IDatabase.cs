namespace Berth.Data.Sessions;

/// <summary>Which database is behind an <see cref="IDatabase"/>.</summary>
public enum DatabaseKind
{
    /// <summary>SQLite in a file: the embedded default.</summary>
    Sqlite,

    /// <summary>PostgreSQL: for many nodes.</summary>
    PostgreSql,
}

/// <summary>
/// Sessions and transactions. Callers write SQL once where the dialects agree (they agree on everything the base tables
/// need: UPSERT, RETURNING, partial indexes, row values, LIMIT) and ask <see cref="DbSession.Kind"/> where they do not.
/// </summary>
/// <remarks>
/// On SQLite there is one writer connection; concurrent <see cref="WriteAsync{T}"/> calls that wait for it are committed
/// together (group commit), each in a savepoint of its own, so one failing work never takes another along and nobody is
/// answered before the data is on disk. Works must therefore do SQL only: no other input or output, no locks. A work may be
/// run again after it was rolled back (a deadlock on PostgreSQL, a neighbour that filled the disk on SQLite).
/// </remarks>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>Which dialect is spoken.</summary>
    DatabaseKind Kind { get; }

    /// <summary>Runs a read on a consistent snapshot.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached or stays locked.</exception>
    Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a write in a transaction. Before: nothing of it. After: all of it, durable. After an exception from
    /// <paramref name="work"/> or from the commit: nothing of it.
    /// </summary>
    /// <exception cref="DatabaseConstraintException">A unique or foreign key refused a row.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached, is full, read-only, or stays locked.</exception>
    Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default);
}
