using System.Diagnostics;
using Berth.Bench.Material;
using Berth.Bench.Results;
using Microsoft.Data.Sqlite;

namespace Berth.Bench.Peers;

/// <summary>
/// The same rows in the same tables on the same disk with the same durability, and nothing else: one connection, one
/// thread, prepared statements, one transaction for each installation.
/// </summary>
internal sealed class BareSqlite : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly RowWriter _writer;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;

    public BareSqlite(string file, IReadOnlyList<RowTemplate> rows, string templateUser)
    {
        _connection = Open(file);
        _writer = new RowWriter(_connection, rows, templateUser);
        _begin = Command("BEGIN IMMEDIATE");
        _commit = Command("COMMIT");
    }

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        foreach (var pragma in new[] { "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "journal_size_limit = 67108864" })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            command.ExecuteNonQuery();
        }

        return connection;
    }

    /// <summary>Installs for these users, one after another.</summary>
    public Task<Round> RunAsync(string[] users) => Task.Run(() =>
    {
        var prepared = Array.ConvertAll(users, _writer.Prepare);
        var times = new double[users.Length];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < prepared.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            _begin.ExecuteNonQuery();
            _writer.Write(prepared[i]);
            _commit.ExecuteNonQuery();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        return Round.Of(users.Length / Stopwatch.GetElapsedTime(start).TotalSeconds, times);
    });

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _writer.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
