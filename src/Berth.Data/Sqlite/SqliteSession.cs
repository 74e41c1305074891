using System.Data.Common;
using Berth.Data.Sessions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Berth.Data.Sqlite;

/// <summary>One open SQLite connection with its kept statements and its settings in force.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly StatementSource _statements;

    private SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new StatementSource(connection, keep: true);
    }

    /// <summary>Whether a transaction is open; some errors end it (https://www.sqlite.org/lang_transaction.html).</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Opens the file; only a connection for writing may change it.</summary>
    /// <exception cref="DatabaseUnavailableException">The file cannot be opened.</exception>
    public static SqliteSession Open(string file, TimeSpan busyTimeout, bool forWriting)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            // SQLite's own busy handler does the waiting; the driver's retry loop adds at most this second.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
            if (forWriting)
            {
                session.Execute("PRAGMA journal_mode = WAL");
                session.Execute("PRAGMA wal_autocheckpoint = 0");
            }

            session.Execute("PRAGMA synchronous = FULL");
            session.Execute("PRAGMA foreign_keys = ON");
            session.Execute("PRAGMA temp_store = MEMORY");
            session.Execute("PRAGMA journal_size_limit = 67108864");
            if (!forWriting)
                session.Execute("PRAGMA query_only = ON");
            return session;
        }
        catch (DbException exception)
        {
            connection.Dispose();
            throw DatabaseErrors.Translate(exception);
        }
        catch (DatabaseUnavailableException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for checkpoints. They wait for nobody.</summary>
    public static SqliteCheckpoints OpenCheckpoints(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            return new SqliteCheckpoints(connection);
        }
        catch (DbException exception)
        {
            connection.Dispose();
            throw DatabaseErrors.Translate(exception);
        }
    }

    /// <summary>The session that a work gets.</summary>
    public DbSession For(CancellationToken cancellationToken) => new(DatabaseKind.Sqlite, _statements, cancellationToken);

    /// <summary>Runs a statement of the transaction itself: begin, savepoint, commit.</summary>
    public void Execute(string sql)
    {
        try
        {
            using var statement = _statements.Open(sql, null);
            statement.Command.ExecuteNonQuery();
        }
        catch (SqliteException exception) when (DatabaseErrors.IsKnown(exception))
        {
            throw DatabaseErrors.Translate(exception);
        }
    }

    /// <summary>Moves what is in the log into the database file.</summary>
    public void Checkpoint()
    {
        try
        {
            SqliteCheckpoints.Run(_connection);
        }
        catch (SqliteException exception) when (DatabaseErrors.IsKnown(exception))
        {
            throw DatabaseErrors.Translate(exception);
        }
    }

    /// <summary>Ends a transaction that may have ended by itself.</summary>
    public void RollBack()
    {
        if (InTransaction)
            Execute("ROLLBACK");
    }

    public void Dispose()
    {
        _statements.Dispose();
        _connection.Dispose();
    }
}
