using Berth.Data.Sessions;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>Rows of <c>user_data_generation</c> and the documents in them.</summary>
internal static class GenerationRows
{
    /// <summary>Makes generation 1, unless there is a generation already. Answers whether it did.</summary>
    public static async Task<bool> TryFirstAsync(DbSession session, string userId, string slug, string version, long now) => await session.ExecuteAsync(
        """
        INSERT INTO user_data_generation (user_id, plugin_slug, generation, version, created_at)
        SELECT @userId, @slug, 1, @version, @now
        WHERE NOT EXISTS (SELECT 1 FROM user_data_generation WHERE user_id = @userId AND plugin_slug = @slug)
        """,
        new { userId, slug, version, now }) == 1;

    /// <summary>Makes the generation unless it is there. Answers whether it did.</summary>
    public static async Task<bool> EnsureAsync(DbSession session, string userId, string slug, long generation, string version, long now) => await session.ExecuteAsync(
        """
        INSERT INTO user_data_generation (user_id, plugin_slug, generation, version, created_at) VALUES (@userId, @slug, @generation, @version, @now)
        ON CONFLICT (user_id, plugin_slug, generation) DO NOTHING
        """,
        new { userId, slug, generation, version, now }) == 1;

    public static Task<GenerationRow?> NewestAsync(DbSession session, string userId, string slug) => session.FirstOrDefaultAsync<GenerationRow>(
        "SELECT generation, version FROM user_data_generation WHERE user_id = @userId AND plugin_slug = @slug ORDER BY generation DESC LIMIT 1",
        new { userId, slug });

    public static Task InsertAsync(DbSession session, string userId, string slug, long generation, string version, long now) => session.ExecuteAsync(
        "INSERT INTO user_data_generation (user_id, plugin_slug, generation, version, created_at) VALUES (@userId, @slug, @generation, @version, @now)",
        new { userId, slug, generation, version, now });

    public static Task CopyDocumentsAsync(DbSession session, string userId, string slug, long from, long to) => session.ExecuteAsync(
        """
        INSERT INTO user_data (user_id, plugin_slug, generation, key, value, updated_at)
        SELECT user_id, plugin_slug, @to, key, value, updated_at FROM user_data
        WHERE user_id = @userId AND plugin_slug = @slug AND generation = @from
        """,
        new { userId, slug, from, to });

    public static Task<IReadOnlyList<DocumentRow>> DocumentsAsync(DbSession session, string userId, string slug, long generation) => session.QueryAsync<DocumentRow>(
        "SELECT key, value FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation",
        new { userId, slug, generation });

    public static Task ClearAsync(DbSession session, string userId, string slug, long generation) => session.ExecuteAsync(
        "DELETE FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation", new { userId, slug, generation });

    /// <summary>What tells whether documents changed in between: how many, how long, and when the last was written.</summary>
    public static async Task<DocumentMark> MarkAsync(DbSession session, string userId, string slug, long generation) =>
        await session.FirstOrDefaultAsync<DocumentMark>(
            """
            SELECT COUNT(*) AS documents, CAST(COALESCE(SUM(length(key) + length(value)), 0) AS BIGINT) AS characters, COALESCE(MAX(updated_at), 0) AS newest
            FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation
            """,
            new { userId, slug, generation }) ?? new DocumentMark(0, 0, 0);

    /// <summary>Drops all generations but those in force and in the rollback slot.</summary>
    public static Task DropOthersAsync(DbSession session, string userId, string slug, long keep, long? keepToo) => session.ExecuteAsync(
        "DELETE FROM user_data_generation WHERE user_id = @userId AND plugin_slug = @slug AND generation <> @keep AND generation <> @other",
        new { userId, slug, keep, other = keepToo ?? keep });

    public static Task DropAllAsync(DbSession session, string userId, string slug) => session.ExecuteAsync(
        "DELETE FROM user_data_generation WHERE user_id = @userId AND plugin_slug = @slug", new { userId, slug });

    /// <summary>Drops a generation that an undone operation made, unless an installation refers to it.</summary>
    public static Task DropUnreferencedAsync(DbSession session, string userId, string slug, long generation) => session.ExecuteAsync(
        """
        DELETE FROM user_data_generation WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation
            AND NOT EXISTS (SELECT 1 FROM plugin WHERE user_id = @userId AND plugin_slug = @slug
                AND (generation = @generation OR previous_generation = @generation))
        """,
        new { userId, slug, generation });
}

/// <summary>A generation and the version whose format it is in.</summary>
internal sealed record GenerationRow(long Generation, string Version);

/// <summary>What tells whether the documents of a generation changed.</summary>
internal sealed record DocumentMark(long Documents, long Characters, long Newest);

/// <summary>One document.</summary>
internal sealed record DocumentRow(string Key, string Value);
