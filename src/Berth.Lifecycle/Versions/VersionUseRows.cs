using System.Globalization;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Versions;

/// <summary>Counts and pages of the installations of versions, each answered by an index.</summary>
internal static class VersionUseRows
{
    private const string InForce = "i";
    private const string Rollback = "r";

    public static async Task<Dictionary<PluginVersionId, VersionCounts>> AllAsync(DbSession session)
    {
        var counts = (await StoreVersionRows.AllAsync(session)).ToDictionary(
            row => new PluginVersionId(row.Slug, row.Version), row => new VersionCounts(0, 0, row.StagedAt, row.ReferencedAt));
        foreach (var row in await session.QueryAsync<CountRow>("SELECT plugin_slug AS slug, version, COUNT(*) AS users FROM plugin GROUP BY plugin_slug, version"))
            Put(row, (before, users) => before with { Users = users });
        foreach (var row in await session.QueryAsync<CountRow>(
            "SELECT plugin_slug AS slug, previous_version AS version, COUNT(*) AS users FROM plugin WHERE previous_version IS NOT NULL GROUP BY plugin_slug, previous_version"))
        {
            Put(row, (before, users) => before with { RollbackSlots = users });
        }

        return counts;

        void Put(CountRow row, Func<VersionCounts, long, VersionCounts> with)
        {
            var id = new PluginVersionId(row.Slug, row.Version);
            counts[id] = with(counts.GetValueOrDefault(id) ?? new VersionCounts(0, 0, null, null), row.Users);
        }
    }

    public static async Task<VersionCounts?> FindAsync(DbSession session, PluginVersionId id)
    {
        var row = await StoreVersionRows.FindAsync(session, id.Slug, id.Version);
        return new VersionCounts(
            await session.ScalarAsync<long>("SELECT COUNT(*) FROM plugin WHERE plugin_slug = @Slug AND version = @Version", new { id.Slug, id.Version }),
            await session.ScalarAsync<long>("SELECT COUNT(*) FROM plugin WHERE plugin_slug = @Slug AND previous_version = @Version", new { id.Slug, id.Version }),
            row?.StagedAt, row?.ReferencedAt);
    }

    /// <summary>First those who have it in force, then those who could go back to it.</summary>
    public static async Task<VersionUsers> UsersAsync(DbSession session, string slug, string version, int limit, string? cursor)
    {
        var part = cursor is { Length: > 1 } && cursor[0] is 'r' ? Rollback : InForce;
        var users = new List<VersionUser>(limit);
        var after = cursor is { Length: > 1 } ? cursor[1..] : "";
        while (true)
        {
            var rows = await PageAsync(session, slug, version, part, after, limit + 1 - users.Count);
            var slot = part == InForce ? "in_force" : "rollback";
            foreach (var row in rows)
            {
                if (users.Count == limit)
                    return new VersionUsers(users, part + after);
                users.Add(new VersionUser(row.UserId, slot));
                after = row.Position;
            }

            if (part == Rollback)
                return new VersionUsers(users, null);
            (part, after) = (Rollback, "");
            if (users.Count == limit)
                return new VersionUsers(users, (await PageAsync(session, slug, version, part, after, 1)).Count == 0 ? null : part + "0");
        }
    }

    /// <summary>The order is the index's own: by row number on SQLite, by plugin id on PostgreSQL.</summary>
    private static Task<IReadOnlyList<UserRow>> PageAsync(DbSession session, string slug, string version, string part, string after, int limit)
    {
        var column = part == InForce ? "version" : "previous_version";
        if (session.Kind == DatabaseKind.Sqlite)
        {
            var number = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            return session.QueryAsync<UserRow>(
                $"SELECT user_id, CAST(rowid AS TEXT) AS position FROM plugin WHERE plugin_slug = @slug AND {column} = @version AND rowid > @number ORDER BY rowid LIMIT @limit",
                new { slug, version, number, limit });
        }

        return session.QueryAsync<UserRow>(
            $"SELECT user_id, id AS position FROM plugin WHERE plugin_slug = @slug AND {column} = @version AND id > @after ORDER BY id LIMIT @limit",
            new { slug, version, after, limit });
    }

    private sealed record CountRow(string Slug, string Version, long Users);

    private sealed record UserRow(string UserId, string Position);
}

/// <summary>What the database knows of a version.</summary>
internal sealed record VersionCounts(long Users, long RollbackSlots, long? StagedAt, long? ReferencedAt);
