using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Versions;

/// <summary>Turns a version into its tombstone.</summary>
internal static class Tombstones
{
    /// <summary>
    /// The row stays, so that the number is taken for ever; its texts go, and its digest moves to a column that refers to no
    /// bytes, so that the cleanup finds them unreferenced unless an installation or another package has the same ones.
    /// </summary>
    public static async Task PutAsync(DbSession session, RegistryActor actor, VersionRow row, string? reason, bool isForced, long at)
    {
        await session.ExecuteAsync(
            """
            UPDATE package_version SET state = 'deleted', deleted_at = @at, deleted_by = @ActorId, delete_reason = @reason,
                deleted_sha256 = digest, digest = '', manifest = @manifest, readme = NULL, changelog = NULL
            WHERE slug = @Slug AND version = @Version
            """,
            new { at, actor.ActorId, reason, row.Slug, row.Version, manifest = JsonSerializer.Serialize(new { name = row.Slug, version = row.Version }) });
        await session.ExecuteAsync("DELETE FROM variant WHERE slug = @Slug AND version = @Version", new { row.Slug, row.Version });
        await session.ExecuteAsync("UPDATE publication SET digest = '' WHERE slug = @Slug AND version = @Version AND state <> 'running'", new { row.Slug, row.Version });
        await session.ExecuteAsync("DELETE FROM release_channel WHERE slug = @Slug AND version = @Version", new { row.Slug, row.Version });
        await SearchIndex.RefreshAsync(session, row.Slug);
        await VersionTrail.AddAsync(session, actor, at, "berth.package.deleted", "package.delete", row, new
        {
            slug = row.Slug,
            version = row.Version,
            digest = row.Digest,
            reason,
            forced = isForced,
        });
    }
}
