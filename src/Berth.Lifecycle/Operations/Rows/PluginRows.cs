using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>Rows of <c>plugin</c>. Every statement names the user.</summary>
internal static class PluginRows
{
    public const string Columns =
        "id, user_id, plugin_slug, version, digest, enabled, config, granted, generation, previous_version, previous_digest, previous_generation, created_at, updated_at, secrets, previous_config, previous_secrets, pinned, channel, allows_variant";

    /// <summary>What the user of an installation chose, of <c>plugin p</c>; a recovery record keeps it too.</summary>
    public const string Choices = "p.enabled, p.allows_variant, p.pinned, p.channel, (SELECT COUNT(*) FROM auto_update a WHERE a.plugin_id = p.id) AS auto_update";

    /// <summary>Puts a version in force that is in the store.</summary>
    /// <exception cref="Journal.StepFailedException">The version is not in the store (any more): <c>store.version_removed</c>.</exception>
    public static async Task InsertAsync(DbSession session, NewPluginRow row)
    {
        if (await session.ExecuteAsync(session.Kind == DatabaseKind.Sqlite ? InsertOnSqlite : InsertOnPostgreSql, row) == 0)
            throw StoreVersionRows.Gone(row.Slug, row.Version);
    }

    /// <summary>Puts another version in force that is in the store. Answers 0 when the row is not what the operation was planned on.</summary>
    /// <exception cref="Journal.StepFailedException">The version is not in the store (any more): <c>store.version_removed</c>.</exception>
    public static async Task<int> SwitchAsync(DbSession session, SwitchPluginRow row)
    {
        var switched = await session.ExecuteAsync(session.Kind == DatabaseKind.Sqlite ? SwitchOnSqlite : SwitchOnPostgreSql, row);
        return switched > 0 || await StoreVersionRows.IsThereAsync(session, row.Slug, row.Version, row.Digest)
            ? switched
            : throw StoreVersionRows.Gone(row.Slug, row.Version);
    }

    private static readonly string InsertOnSqlite = Insert(DatabaseKind.Sqlite);
    private static readonly string InsertOnPostgreSql = Insert(DatabaseKind.PostgreSql);
    private static readonly string SwitchOnSqlite = Switch(DatabaseKind.Sqlite);
    private static readonly string SwitchOnPostgreSql = Switch(DatabaseKind.PostgreSql);

    private static string Insert(DatabaseKind kind)
    {
        var (with, condition) = StoreVersionRows.WhileThere(kind);
        return $$"""
            {{with}}INSERT INTO plugin (id, user_id, plugin_slug, version, digest, enabled, config, granted, generation, created_at, updated_at)
            SELECT @Id, @UserId, @Slug, @Version, @Digest, 1, '{}', @Granted, @Generation, @Now, @Now WHERE {{condition}}
            """;
    }

    private static string Switch(DatabaseKind kind)
    {
        var (with, condition) = StoreVersionRows.WhileThere(kind);
        return $"""
            {with}UPDATE plugin SET version = @Version, digest = @Digest, granted = @Granted, generation = @Generation,
                previous_version = @PreviousVersion, previous_digest = @PreviousDigest, previous_generation = @PreviousGeneration, updated_at = @Now,
                config = @Config, secrets = @Secrets, previous_config = @PreviousConfig, previous_secrets = @PreviousSecrets
            WHERE id = @Id AND user_id = @UserId AND version = @FromVersion AND digest = @FromDigest AND generation = @FromGeneration
                AND config = @PreviousConfig AND secrets = @PreviousSecrets AND granted = @FromGranted AND {condition}
            """;
    }

    public static Task<int> SetEnabledAsync(DbSession session, string id, string userId, bool enabled, long now) => session.ExecuteAsync(
        "UPDATE plugin SET enabled = @enabled, updated_at = @now WHERE id = @id AND user_id = @userId", new { id, userId, enabled, now });

    /// <summary>Writes the user's own pin and channel.</summary>
    public static Task<int> SetPolicyAsync(DbSession session, string id, string userId, string? pinned, string channel, long now) => session.ExecuteAsync(
        "UPDATE plugin SET pinned = @pinned, channel = @channel, updated_at = @now WHERE id = @id AND user_id = @userId",
        new { id, userId, pinned, channel, now });

    /// <summary>Writes whether the user takes optimised files. Answers 0 when there is no such row.</summary>
    public static Task<int> SetVariantAsync(DbSession session, string id, string userId, bool allows, long now) => session.ExecuteAsync(
        "UPDATE plugin SET allows_variant = @allows, updated_at = @now WHERE id = @id AND user_id = @userId", new { id, userId, allows, now });

    /// <summary>Writes what is granted. Answers 0 when the version or what is granted is not what the change was judged on.</summary>
    public static Task<int> SetGrantedAsync(DbSession session, InstalledPlugin from, string granted, long now) => session.ExecuteAsync(
        """
        UPDATE plugin SET granted = @granted, updated_at = @now
        WHERE id = @id AND user_id = @userId AND version = @version AND digest = @digest AND granted = @fromGranted
        """,
        new { id = from.PluginId, userId = from.UserId, version = from.Version, digest = from.Digest, fromGranted = from.GrantedJson, granted, now });

    /// <summary>Writes settings. Answers 0 when version or settings are not those that the change was judged on.</summary>
    public static Task<int> SetSettingsAsync(DbSession session, InstalledPlugin from, StoredSettings settings, long now) => session.ExecuteAsync(
        """
        UPDATE plugin SET config = @config, secrets = @secrets, updated_at = @now
        WHERE id = @id AND user_id = @userId AND version = @version AND digest = @digest AND config = @fromConfig AND secrets = @fromSecrets
        """,
        new
        {
            id = from.PluginId,
            userId = from.UserId,
            version = from.Version,
            digest = from.Digest,
            fromConfig = from.ConfigJson,
            fromSecrets = from.SecretsJson,
            config = settings.ConfigJson,
            secrets = settings.SecretsJson,
            now,
        });

    /// <summary>Deletes the row and, by their foreign key, its modules.</summary>
    public static Task<int> DeleteAsync(DbSession session, string id, string userId, long generation) => session.ExecuteAsync(
        "DELETE FROM plugin WHERE id = @id AND user_id = @userId AND generation = @generation", new { id, userId, generation });
}

/// <summary>Parameters of a new row.</summary>
internal sealed record NewPluginRow(
    string Id, string UserId, string Slug, string Version, string Digest, string Granted, long Generation, long Now);

/// <summary>Parameters of a switch to another version.</summary>
internal sealed record SwitchPluginRow(
    string Id, string UserId, string Slug, string FromVersion, string FromDigest, long FromGeneration,
    string Version, string Digest, string Granted, long Generation,
    string? PreviousVersion, string? PreviousDigest, long? PreviousGeneration, long Now,
    string Config, string Secrets, string PreviousConfig, string PreviousSecrets, string FromGranted);
