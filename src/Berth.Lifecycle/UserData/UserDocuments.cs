using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.UserData;

/// <summary>The documents of one user and plugin in one generation.</summary>
/// <param name="onlyInForce">
/// Whether a write asks first that the generation is still in force. A request that was under way while its user updated
/// would otherwise write into the rollback slot, which must keep the bytes the user had.
/// </param>
internal sealed class UserDocuments(
    IDatabase database, TimeProvider time, string userId, string slug, long generation, bool onlyInForce) : IUserData
{
    public Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        DocumentBounds.CheckKey(key);
        return database.ReadAsync(
            session => session.ScalarAsync<string>(
                "SELECT value FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation AND key = @key",
                new { userId, slug, generation, key }),
            cancellationToken);
    }

    public async Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        DocumentBounds.CheckKey(key);
        DocumentBounds.CheckDocument(json);
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    await CheckInForceAsync(session);
                    return await session.ExecuteAsync(
                        """
                        INSERT INTO user_data (user_id, plugin_slug, generation, key, value, updated_at)
                        VALUES (@userId, @slug, @generation, @key, @json, @now)
                        ON CONFLICT (user_id, plugin_slug, generation, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
                        """,
                        new { userId, slug, generation, key, json, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                },
                cancellationToken);
        }
        catch (DatabaseConstraintException)
        {
            throw Gone();
        }
    }

    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        DocumentBounds.CheckKey(key);
        var removed = await database.WriteAsync(
            async session =>
            {
                await CheckInForceAsync(session);
                return await session.ExecuteAsync(
                    "DELETE FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation AND key = @key",
                    new { userId, slug, generation, key });
            },
            cancellationToken);
        return removed > 0;
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0)
            DocumentBounds.CheckKey(prefix);
        var rows = await database.ReadAsync(
            session => prefix.Length == 0
                ? GenerationRows.DocumentsAsync(session, userId, slug, generation)
                : session.QueryAsync<DocumentRow>(
                    """
                    SELECT key, value FROM user_data WHERE user_id = @userId AND plugin_slug = @slug AND generation = @generation
                        AND substr(key, 1, CAST(@length AS INTEGER)) = @prefix
                    """,
                    new { userId, slug, generation, prefix, length = prefix.EnumerateRunes().Count() }),
            cancellationToken);
        return [.. rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => KeyValuePair.Create(row.Key, row.Value))];
    }

    private async Task CheckInForceAsync(DbSession session)
    {
        if (!onlyInForce)
            return;

        // On PostgreSQL the shared lock lets a switch wait for this write, so its check for late writes sees it.
        var sharing = session.Kind == DatabaseKind.PostgreSql ? " FOR SHARE" : "";
        var inForce = await session.ScalarAsync<long?>(
            "SELECT generation FROM plugin WHERE user_id = @userId AND plugin_slug = @slug" + sharing, new { userId, slug });
        if (inForce != generation)
            throw Gone();
    }

    private InvalidOperationException Gone() => new(
        $"{slug} of user {userId} was updated, rolled back or removed while this call ran; its document was not written. Repeat the request.");
}
