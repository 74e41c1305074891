using Berth.Data.Sessions;

namespace Berth.Lifecycle.Users;

/// <summary>
/// Gives what a user has to another one, within a transaction. What the heir has already is left as it is, and the
/// documents of the one who goes are kept beside it, where the heir can read them. Secrets in settings are not handed
/// over: they were entered for another person, and are sealed for their installation.
/// </summary>
internal sealed class Inheritance(DbSession session, string from, string to, string actor, long now)
{
    /// <summary>Answers the slugs that the heir has now, and those that they had already.</summary>
    public async Task<(IReadOnlyList<string> HandedOver, IReadOnlyList<string> Kept)> RunAsync()
    {
        await SharePrivatePackagesAsync();
        var columns = await PersonalColumns.OfTableAsync(session, "plugin");
        List<string> handedOver = [], kept = [];
        foreach (var slug in await session.QueryAsync<string>(
            "SELECT DISTINCT plugin_slug FROM user_data_generation WHERE user_id = @from UNION SELECT plugin_slug FROM plugin WHERE user_id = @from ORDER BY 1", new { from }))
        {
            var isInstalled = await HasAsync(from, slug);
            if (await HasAsync(to, slug))
            {
                await KeepAsync(from, slug);
                if (isInstalled)
                    kept.Add(slug);
                continue;
            }

            // Documents of a former installation of the heir's must not be mixed with these.
            await KeepAsync(to, slug);
            await session.ExecuteAsync("DELETE FROM user_data_generation WHERE user_id = @to AND plugin_slug = @slug", new { to, slug });
            await MoveDocumentsAsync(slug);
            if (isInstalled)
            {
                await MoveInstallationAsync(slug, columns);
                handedOver.Add(slug);
            }
        }

        await session.ExecuteAsync("UPDATE kept_document SET user_id = @to WHERE user_id = @from", new { from, to });
        return (handedOver, kept);
    }

    private async Task<bool> HasAsync(string user, string slug) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM plugin WHERE user_id = @user AND plugin_slug = @slug", new { user, slug }) > 0;

    /// <summary>Puts the documents in force, or the newest ones of a former installation, beside.</summary>
    private Task<int> KeepAsync(string user, string slug) => session.ExecuteAsync(
        """
        INSERT INTO kept_document (user_id, batch, plugin_slug, version, key, value, kept_at)
        SELECT @to, @batch, d.plugin_slug, g.version, d.key, d.value, @now
        FROM user_data d JOIN user_data_generation g ON g.user_id = d.user_id AND g.plugin_slug = d.plugin_slug AND g.generation = d.generation
        WHERE d.user_id = @user AND d.plugin_slug = @slug AND d.generation = COALESCE(
            (SELECT generation FROM plugin WHERE user_id = @user AND plugin_slug = @slug),
            (SELECT MAX(generation) FROM user_data_generation WHERE user_id = @user AND plugin_slug = @slug))
        """,
        new { to, batch = Guid.CreateVersion7().ToString("n"), now, user, slug });

    private async Task MoveDocumentsAsync(string slug)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO user_data_generation (user_id, plugin_slug, generation, version, created_at)
            SELECT @to, plugin_slug, generation, version, created_at FROM user_data_generation WHERE user_id = @from AND plugin_slug = @slug
            """,
            new { from, to, slug });
        await session.ExecuteAsync("UPDATE user_data SET user_id = @to WHERE user_id = @from AND plugin_slug = @slug", new { from, to, slug });
        await session.ExecuteAsync("DELETE FROM user_data_generation WHERE user_id = @from AND plugin_slug = @slug", new { from, slug });
    }

    /// <summary>The id of an installation holds its user, and its modules refer to it: the row is copied, they follow, the old row goes.</summary>
    private async Task MoveInstallationAsync(string slug, IReadOnlyList<string> columns)
    {
        var (oldId, newId) = ($"{from}_{slug}", $"{to}_{slug}");
        var values = columns.Select(column => column switch
        {
            "id" => "@newId",
            "user_id" => "@to",
            "updated_at" => "CAST(@now AS BIGINT)",
            "secrets" => "'{}'",
            "previous_secrets" => "NULL",
            _ => column,
        });
        await session.ExecuteAsync(
            $"INSERT INTO plugin ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM plugin WHERE id = @oldId", new { oldId, newId, to, now });
        await session.ExecuteAsync(
            "UPDATE module SET id = @newId || '_' || name, plugin_id = @newId, user_id = @to WHERE plugin_id = @oldId", new { oldId, newId, to });
        foreach (var table in await FollowersAsync())
            await session.ExecuteAsync($"UPDATE {table} SET plugin_id = @newId, user_id = @to WHERE plugin_id = @oldId", new { oldId, newId, to });
        await session.ExecuteAsync("DELETE FROM plugin WHERE id = @oldId", new { oldId });
    }

    /// <summary>Other tables that belong to an installation.</summary>
    private async Task<IReadOnlyList<string>> FollowersAsync() =>
        (await PersonalColumns.OfTableAsync(session, "module_choice")).Count > 0 ? ["module_choice"] : [];

    private Task<int> SharePrivatePackagesAsync() => session.ExecuteAsync(
        """
        INSERT INTO private_reader (digest, user_id, granted_by, at)
        SELECT digest, @to, @actor, @now FROM private_reader WHERE user_id = @from
        ON CONFLICT (digest, user_id) DO NOTHING
        """,
        new { from, to, actor, now });
}
