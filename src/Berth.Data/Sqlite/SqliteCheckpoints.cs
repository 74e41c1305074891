using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Berth.Data.Sqlite;

/// <summary>
/// Moves committed pages from the log (WAL) into the database file on a thread of its own, so that no commit pays for it:
/// in a large database each page of the log is a different one, and writing a thousand of them takes longer than a
/// hundred commits. PASSIVE checkpoints never make the writer or a reader wait
/// (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    /// <summary>As many commits as SQLite's own threshold of 1,000 pages is worth with small transactions.</summary>
    private const int Commits = 64;

    /// <summary>Pages after which the log must begin anew. The log begins anew only when nothing was written behind the checkpoint.</summary>
    private const long LongLog = 8_192;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private int _commits;
    private volatile bool _isLong;
    private volatile bool _stopped;

    public SqliteCheckpoints(SqliteConnection connection)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true, Name = "Berth SQLite checkpoints" };
        _thread.Start();
    }

    /// <summary>Whether the writer should checkpoint the little that is left itself, between two commits.</summary>
    public bool IsLogLong => _isLong;

    /// <summary>The writer has committed.</summary>
    public void Committed()
    {
        if (Interlocked.Increment(ref _commits) == Commits)
            _wake.Release();
    }

    /// <summary>One checkpoint on the connection of whoever calls.</summary>
    /// <returns>Pages in the log, those that are in the database file already included.</returns>
    public static long Run(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var row = command.ExecuteReader();
        return row.Read() ? Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The writer did it: nothing was written behind that checkpoint.</summary>
    public void BeginsAnew() => _isLong = false;

    public void Dispose()
    {
        _stopped = true;
        _wake.Release();
        _thread.Join();
        _connection.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            _wake.Wait(Idle);
            if (Interlocked.Exchange(ref _commits, 0) == 0 || _stopped)
                continue;
            try
            {
                if (Run(_connection) > LongLog)
                    _isLong = true;
            }
            catch (SqliteException)
            {
                // A full or broken disk: the log keeps everything, and whoever writes next is told.
            }
        }
    }
}
