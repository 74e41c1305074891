using Berth.Data.Sessions;

namespace Berth.Data.Migrations;

/// <summary>
/// Brings a schema up to date, forward only. Each script runs in a transaction of its own together with its row in
/// <c>schema_version</c>; several nodes that start at once take turns.
/// </summary>
internal static class Migration
{
    // Any number will do, as long as nothing else in the database takes the same advisory lock.
    private const long PostgreSqlLock = 0x42_65_72_74_68;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="DatabaseUnavailableException">The schema is newer, or a script that ran is not this program's.</exception>
    public static Task RunAsync(IDatabase database, CancellationToken cancellationToken) =>
        RunAsync(database, SchemaScript.All(database.Kind), cancellationToken);

    public static async Task RunAsync(IDatabase database, IReadOnlyList<SchemaScript> scripts, CancellationToken cancellationToken)
    {
        // Most starts find everything there, and need nobody's turn.
        if (await database.ReadAsync(session => IsCurrentAsync(session, scripts), cancellationToken))
            return;
        await database.WriteAsync(PrepareAsync, cancellationToken);
        foreach (var script in scripts)
            await database.WriteAsync(session => ApplyAsync(session, scripts, script), cancellationToken);
    }

    private static async Task<bool> IsCurrentAsync(DbSession session, IReadOnlyList<SchemaScript> scripts)
    {
        var isThere = await session.ScalarAsync<long>(session.Kind == DatabaseKind.Sqlite
            ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
            : "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_version'") > 0;
        if (!isThere)
            return false;
        var applied = await AppliedAsync(session);
        Check(applied, scripts);
        return applied.Count == scripts.Count;
    }

    private static async Task<int> PrepareAsync(DbSession session)
    {
        await TakeTurnAsync(session);
        return await session.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_version (
                number     BIGINT NOT NULL PRIMARY KEY,
                name       TEXT   NOT NULL,
                sha256     TEXT   NOT NULL,
                applied_at BIGINT NOT NULL
            )
            """);
    }

    private static async Task<bool> ApplyAsync(DbSession session, IReadOnlyList<SchemaScript> scripts, SchemaScript script)
    {
        // Inside the turn, because another node may have applied it meanwhile.
        await TakeTurnAsync(session);
        var applied = await AppliedAsync(session);
        Check(applied, scripts);
        if (applied.Any(a => a.Number == script.Number))
            return false;

        await session.ExecuteAsync(script.Sql);
        await session.ExecuteAsync(
            "INSERT INTO schema_version (number, name, sha256, applied_at) VALUES (@Number, @Name, @Sha256, @AppliedAt)",
            new { script.Number, script.Name, script.Sha256, AppliedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
        return true;
    }

    private static Task<IReadOnlyList<AppliedScript>> AppliedAsync(DbSession session) =>
        session.QueryAsync<AppliedScript>("SELECT number, name, sha256 FROM schema_version ORDER BY number");

    private static void Check(IReadOnlyList<AppliedScript> applied, IReadOnlyList<SchemaScript> scripts)
    {
        foreach (var row in applied)
        {
            var script = scripts.FirstOrDefault(s => s.Number == row.Number) ?? throw new DatabaseUnavailableException(
                DatabaseTrouble.Schema,
                $"The database has schema version {row.Number} ({row.Name}), this program knows versions up to {scripts[^1].Number}. Start a newer program, or restore a backup from before the upgrade.");
            if (script.Sha256 != row.Sha256)
            {
                throw new DatabaseUnavailableException(
                    DatabaseTrouble.Schema,
                    $"Schema version {row.Number} ({row.Name}) was applied to the database from another text than this program's. Start the program that applied it, or restore a backup.");
            }
        }
    }

    /// <summary>Waits until nobody else changes the schema; the turn ends with the transaction.</summary>
    public static async Task TakeTurnAsync(DbSession session)
    {
        // SQLite has one writer anyway.
        if (session.Kind != DatabaseKind.PostgreSql)
            return;

        // Both until the end of the transaction. Another node's migration may take longer than a lock may otherwise.
        await session.ExecuteAsync("SET LOCAL lock_timeout = 0");
        await session.ExecuteAsync("SELECT pg_advisory_xact_lock(@Key)", new { Key = PostgreSqlLock });
    }

    private sealed record AppliedScript(long Number, string Name, string Sha256);
}
