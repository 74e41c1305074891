using Berth.Server.Auth;
using Microsoft.Data.Sqlite;

namespace Berth.Bench.Material;

/// <summary>Many users, put into the database directly: creating them is not what is measured.</summary>
internal static class Crowd
{
    /// <summary>Ids of users that are to come. Random, as the server's own are, so that indexes grow as they would.</summary>
    public static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N"))];

    /// <summary>The token of such a user.</summary>
    public static string TokenOf(string id) => $"berth_pat_bench_{id}";

    /// <summary>Adds users with a token each; those in <paramref name="installed"/> also get everything the installation behind the writer left.</summary>
    public static void Fill(SqliteConnection connection, RowWriter writer, string[] installed, string[] others)
    {
        Execute(connection, "PRAGMA synchronous = OFF");
        // Random keys touch every page of the indexes: a million users would otherwise be written page by page.
        Execute(connection, "PRAGMA cache_size = -1000000");
        foreach (var (ids, isInstalled) in new[] { (installed, true), (others, false) })
        {
            foreach (var batch in ids.Chunk(10_000))
                Fill(connection, writer, batch, isInstalled);
        }

        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void Fill(SqliteConnection connection, RowWriter writer, string[] ids, bool isInstalled)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        using var user = Command(connection, "INSERT INTO users (id, username, username_folded, created_at) VALUES (@id, @name, @name, 0)", "@id", "@name");
        using var token = Command(connection,
            "INSERT INTO tokens (id, user_id, kind, hash, name, created_at) VALUES (@id, @id, 'pat', @hash, 'first token', 0)", "@id", "@hash");
        foreach (var id in ids)
        {
            Run(user, id, $"bench-{id}");
            Run(token, id, AccessToken.Hash(TokenOf(id)));
            if (isInstalled)
                writer.Write(writer.Prepare(id));
        }

        Execute(connection, "COMMIT");
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params string[] names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in names)
            command.Parameters.Add(name, SqliteType.Text);
        return command;
    }

    private static void Run(SqliteCommand command, string first, string second)
    {
        command.Parameters[0].Value = first;
        command.Parameters[1].Value = second;
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
