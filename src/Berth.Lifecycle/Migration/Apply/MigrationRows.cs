using Berth.Data.Sessions;
using Berth.Lifecycle.Migration.Planning;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>Rows of <c>migration</c> and <c>migration_item</c>: what a run has made, noted in the transaction that made it or before.</summary>
internal static class MigrationRows
{
    public const string User = "user";
    public const string Package = "package";
    public const string Reader = "reader";
    public const string Installation = "installation";

    public const string Running = "running";
    public const string Applied = "applied";
    public const string Verified = "verified";
    public const string Undoing = "undoing";

    /// <summary>All runs, the oldest first.</summary>
    public static Task<IReadOnlyList<RunState>> RunsAsync(DbSession session) =>
        session.QueryAsync<RunState>("SELECT id, fingerprint, state, started_at FROM migration ORDER BY started_at, id");

    public static Task<int> InsertRunAsync(DbSession session, RunState run) => session.ExecuteAsync(
        """
        INSERT INTO migration (id, fingerprint, state, started_at, updated_at) VALUES (@Id, @Fingerprint, @State, @StartedAt, @StartedAt)
        ON CONFLICT (id) DO NOTHING
        """,
        run);

    public static Task<int> SetStateAsync(DbSession session, string id, string state, long now) =>
        session.ExecuteAsync("UPDATE migration SET state = @state, updated_at = @now WHERE id = @id", new { id, state, now });

    public static Task<int> DeleteRunAsync(DbSession session, string id) => session.ExecuteAsync("DELETE FROM migration WHERE id = @id", new { id });

    public static Task<int> DeleteItemAsync(DbSession session, string runId, string kind, string key) => session.ExecuteAsync(
        "DELETE FROM migration_item WHERE migration_id = @runId AND kind = @kind AND key = @key", new { runId, kind, key });

    /// <summary>Notes an item. What was noted before stays: it tells whether the thing was there before the run.</summary>
    public static Task<int> NoteAsync(DbSession session, string runId, string kind, string key, bool created, string detail = "{}") => session.ExecuteAsync(
        """
        INSERT INTO migration_item (migration_id, kind, key, created, detail) VALUES (@runId, @kind, @key, @created, @detail)
        ON CONFLICT (migration_id, kind, key) DO NOTHING
        """,
        new { runId, kind, key, created, detail });

    public static Task<IReadOnlyList<MigrationItem>> ItemsAsync(DbSession session, string runId, string kind) => session.QueryAsync<MigrationItem>(
        "SELECT migration_id, kind, key, created, detail FROM migration_item WHERE migration_id = @runId AND kind = @kind ORDER BY key", new { runId, kind });

    /// <summary>The keys of a kind, without the details, which may be large.</summary>
    public static Task<IReadOnlyList<MigrationKey>> KeysAsync(DbSession session, string kind) => session.QueryAsync<MigrationKey>(
        "SELECT migration_id, key, created FROM migration_item WHERE kind = @kind ORDER BY key", new { kind });
}

/// <summary>One thing of a run.</summary>
internal sealed record MigrationItem(string MigrationId, string Kind, string Key, long Created, string Detail);

/// <summary>The same without its detail.</summary>
internal sealed record MigrationKey(string MigrationId, string Key, long Created);
