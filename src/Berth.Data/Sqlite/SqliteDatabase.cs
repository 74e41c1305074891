using System.Collections.Concurrent;
using Berth.Data.Migrations;
using Berth.Data.Sessions;

namespace Berth.Data.Sqlite;

/// <summary>The embedded database: a file with one writer and several readers (WAL).</summary>
internal sealed class SqliteDatabase : IDatabase
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _readers;
    private readonly SqliteWriter _writer;
    private readonly string _file;
    private readonly DatabaseOptions _options;
    private volatile bool _disposed;

    private SqliteDatabase(string file, DatabaseOptions options, SqliteSession writing, SqliteCheckpoints checkpoints)
    {
        _file = file;
        _options = options;
        _readers = new SemaphoreSlim(options.Readers);
        _writer = new SqliteWriter(writing, checkpoints);
    }

    public DatabaseKind Kind => DatabaseKind.Sqlite;

    public static async Task<IDatabase> OpenAsync(string file, DatabaseOptions options, CancellationToken cancellationToken)
    {
        SqliteLibrary.Use();
        KeepOthersOut(file);
        var writing = SqliteSession.Open(file, options.BusyTimeout, forWriting: true);
        var database = new SqliteDatabase(file, options, writing, SqliteSession.OpenCheckpoints(file));
        try
        {
            await Migration.RunAsync(database, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    // Before the first connection: to close a file that SQLite has open would drop its locks. What SQLite makes beside the database
    // gets the database's rights.
    private static void KeepOthersOut(string file)
    {
        try
        {
            PrivateFiles.KeepFile(file);
            PrivateFiles.NarrowFile(file + "-wal");
            PrivateFiles.NarrowFile(file + "-shm");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DatabaseErrors.Unavailable(DatabaseTrouble.ReadOnly, exception);
        }
    }

    public async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _readers.WaitAsync(cancellationToken);
        try
        {
            if (!_idle.TryTake(out var session))
                session = SqliteSession.Open(_file, _options.BusyTimeout, forWriting: false);
            return await ReadAsync(session, work, cancellationToken);
        }
        finally
        {
            _readers.Release();
        }
    }

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _writer.WriteAsync(work, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        for (var i = 0; i < _options.Readers; i++)
            await _readers.WaitAsync();
        foreach (var session in _idle)
            session.Dispose();
        await Task.Run(_writer.Dispose);
        _readers.Dispose();
    }

    private async Task<T> ReadAsync<T>(SqliteSession session, Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            session.Execute("BEGIN");
            var result = await work(session.For(cancellationToken));
            session.Execute("COMMIT");
            _idle.Add(session);
            return result;
        }
        catch
        {
            // A connection whose read failed is not trusted with the next one; opening a new one is cheap.
            session.Dispose();
            throw;
        }
    }
}
