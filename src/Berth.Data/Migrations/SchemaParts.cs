using Berth.Data.Sessions;

namespace Berth.Data.Migrations;

/// <summary>
/// Tables, indexes and triggers that only some installations need, and that would make every write of the others dearer: they are
/// put into the database by whoever needs them, and taken out when nobody does. Embedded files <c>Schema/parts/{dialect}/{name}.sql</c>
/// and <c>{name}.remove.sql</c>.
/// </summary>
public static class SchemaParts
{
    /// <summary>
    /// Puts a part into the database, with what it needs of the rows that are there, in one transaction; one of another text than this
    /// program's is replaced. Several nodes that start at once take turns.
    /// </summary>
    /// <returns>Whether anything was done.</returns>
    public static async Task<bool> InstallAsync(IDatabase database, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var script = SchemaScript.Part(database.Kind, name);
        // Mostly it is there, and needs nobody's turn.
        if (await database.ReadAsync(session => InstalledAsync(session, name), cancellationToken) == script.Sha256)
            return false;
        return await database.WriteAsync(
            async session =>
            {
                await Migration.TakeTurnAsync(session);
                var installed = await InstalledAsync(session, name);
                if (installed == script.Sha256)
                    return false;
                if (installed is not null)
                    await RemoveAsync(session, name);
                await session.ExecuteAsync(script.Sql);
                await session.ExecuteAsync(
                    "INSERT INTO schema_part (name, sha256, installed_at) VALUES (@name, @Sha256, @now)",
                    new { name, script.Sha256, now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
                return true;
            },
            cancellationToken);
    }

    /// <summary>Takes a part out of the database, with all that it holds.</summary>
    /// <returns>Whether it was there.</returns>
    public static async Task<bool> RemoveAsync(IDatabase database, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (await database.ReadAsync(session => InstalledAsync(session, name), cancellationToken) is null)
            return false;
        return await database.WriteAsync(
            async session =>
            {
                await Migration.TakeTurnAsync(session);
                if (await InstalledAsync(session, name) is null)
                    return false;
                await RemoveAsync(session, name);
                return true;
            },
            cancellationToken);
    }

    private static async Task RemoveAsync(DbSession session, string name)
    {
        await session.ExecuteAsync(SchemaScript.Part(session.Kind, name + ".remove").Sql);
        await session.ExecuteAsync("DELETE FROM schema_part WHERE name = @name", new { name });
    }

    private static async Task<string?> InstalledAsync(DbSession session, string name) =>
        (await session.QueryAsync<string>("SELECT sha256 FROM schema_part WHERE name = @name", new { name })).SingleOrDefault();
}
