using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>
/// Rows of <c>store_version</c>: what the shared store has. On PostgreSQL an operation shares the row of the version that
/// it puts in force until it commits, and the cleanup takes it alone before it looks for references; on SQLite writes
/// come one after another anyway.
/// </summary>
internal static class StoreVersionRows
{
    public const string Columns = "slug, version, digest, staged_at, referenced_at, removing";

    /// <summary>True for a version that nothing refers to: no installation, no rollback slot, no pin, no operation on its plugin.</summary>
    public const string Unreferenced =
        """
        NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = store_version.slug AND version = store_version.version)
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = store_version.slug AND previous_version = store_version.version)
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = store_version.slug AND pinned = store_version.version)
            AND NOT EXISTS (SELECT 1 FROM site_pin WHERE slug = store_version.slug AND pin = store_version.version)
            AND NOT EXISTS (SELECT 1 FROM operation WHERE plugin_slug = store_version.slug AND state = 'running' AND kind <> 'bulk')
        """;

    private const string IsThere = "slug = @Slug AND version = @Version AND digest = @Digest AND removing IS NULL";

    /// <summary>The row source of a statement that may only happen while the version of its parameters is in the store.</summary>
    public static (string With, string Condition) WhileThere(DatabaseKind kind) => kind == DatabaseKind.Sqlite
        ? ("", $"EXISTS (SELECT 1 FROM store_version WHERE {IsThere})")
        : ($"WITH held AS MATERIALIZED (SELECT 1 FROM store_version WHERE {IsThere} FOR SHARE)\n", "EXISTS (SELECT 1 FROM held)");

    public static Task<IReadOnlyList<StoreVersionRow>> AllAsync(DbSession session) =>
        session.QueryAsync<StoreVersionRow>($"SELECT {Columns} FROM store_version ORDER BY slug, version");

    public static Task<StoreVersionRow?> FindAsync(DbSession session, string slug, string version) =>
        session.FirstOrDefaultAsync<StoreVersionRow>($"SELECT {Columns} FROM store_version WHERE slug = @slug AND version = @version", new { slug, version });

    /// <summary>Whether the version may be put in force; waits for a cleanup that looks at it.</summary>
    public static async Task<bool> IsThereAsync(DbSession session, string slug, string version, string digest) => await session.ScalarAsync<long>(
        $"SELECT 1 FROM store_version WHERE {IsThere}" + (session.Kind == DatabaseKind.PostgreSql ? " FOR SHARE" : ""),
        new { Slug = slug, Version = version, Digest = digest }) == 1;

    /// <summary>Whether installations have the version, in force or to go back to, and none of them takes optimised files.</summary>
    public static async Task<bool> IsVariantUnwantedAsync(DbSession session, string slug, string version) => await session.ScalarAsync<long>(
        """
        SELECT 1 WHERE (EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND version = @version)
                OR EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND previous_version = @version))
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND version = @version AND allows_variant = 1)
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND previous_version = @version AND allows_variant = 1)
        """,
        new { slug, version }) == 1;

    /// <summary>Notes that the version is in the store, and takes back a removal under way.</summary>
    public static Task PutAsync(DbSession session, string slug, string version, string digest, long now) => session.ExecuteAsync(
        """
        INSERT INTO store_version (slug, version, digest, staged_at, referenced_at) VALUES (@slug, @version, @digest, @now, @now)
        ON CONFLICT (slug, version) DO UPDATE SET digest = excluded.digest, staged_at = excluded.staged_at, referenced_at = excluded.referenced_at, removing = NULL
        """,
        new { slug, version, digest, now });

    /// <summary>Notes that an installation gave the version up, if it was the last one.</summary>
    public static Task GivenUpAsync(DbSession session, string slug, string version, long now) => session.ExecuteAsync(
        """
        UPDATE store_version SET referenced_at = @now WHERE slug = @slug AND version = @version
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND version = @version)
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE plugin_slug = @slug AND previous_version = @version)
        """,
        new { slug, version, now });

    /// <summary>Notes the references there are now, where the last note is older. For references that go without saying so (a deleted user).</summary>
    public static Task NoteReferencesAsync(DbSession session, long olderThan, long now) => session.ExecuteAsync(
        $"UPDATE store_version SET referenced_at = @now WHERE referenced_at < @olderThan AND NOT ({Unreferenced})", new { olderThan, now });

    /// <summary>The versions whose removal would be allowed.</summary>
    public static Task<IReadOnlyList<StoreVersionRow>> RemovableAsync(DbSession session, long before) => session.QueryAsync<StoreVersionRow>(
        $"SELECT {Columns} FROM store_version WHERE referenced_at <= @before AND {Unreferenced} ORDER BY slug, version", new { before });

    /// <summary>Marks the version for removal, if nothing refers to it. Answers whether it did.</summary>
    public static async Task<bool> TryMarkAsync(DbSession session, string slug, string version, long before, string mark)
    {
        // The references are looked for in a statement of its own, after the row is ours: it sees what was committed until then.
        if (session.Kind == DatabaseKind.PostgreSql)
            await session.ExecuteAsync("SELECT 1 FROM store_version WHERE slug = @slug AND version = @version FOR UPDATE", new { slug, version });
        return await session.ExecuteAsync(
            $"UPDATE store_version SET removing = @mark WHERE slug = @slug AND version = @version AND referenced_at <= @before AND {Unreferenced}",
            new { slug, version, before, mark }) == 1;
    }

    public static Task<int> DeleteAsync(DbSession session, string slug, string version, string mark) => session.ExecuteAsync(
        "DELETE FROM store_version WHERE slug = @slug AND version = @version AND removing = @mark", new { slug, version, mark });

    /// <summary>The version went away between plan and commit. The operation stages it again or is tried again.</summary>
    public static StepFailedException Gone(string slug, string version) => new(
        "store.version_removed", $"{slug} {version} was removed from the plugin store while the operation ran. Nothing was changed; try again.", TimeSpan.FromSeconds(1));
}

/// <summary>A row of <c>store_version</c> as read.</summary>
internal sealed record StoreVersionRow(string Slug, string Version, string Digest, long StagedAt, long ReferencedAt, string? Removing);
