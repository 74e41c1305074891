using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishing;

/// <summary>Looks for what stands in the way of a package.</summary>
internal static class PublishConflicts
{
    /// <summary>What stands in the way, or <see langword="null"/>.</summary>
    public static async Task<PublishConflict?> FindAsync(DbSession session, PublishWork work)
    {
        var request = work.Request;
        var name = work.Package.Manifest.Name;
        var standing = await session.FirstOrDefaultAsync<StandingRow>(
            """
            SELECT p.slug, COALESCE(s.trusted_only, 0) AS trusted_only
            FROM package p LEFT JOIN package_publishing s ON s.slug = p.slug WHERE p.slug_folded = @Folded
            """,
            new { work.Folded });
        if (standing is not null && standing.Slug != name)
            return new PublishConflict.SlugTaken(standing.Slug);
        // A token for this very plugin was given to continuous integration by its binding, whoever made that.
        var isBound = standing is not null && request.ExchangeId is not null && request.OnlySlug == standing.Slug;
        if (!request.PublisherIsAdministrator && !isBound && await PublishRights.FindObstacleAsync(session, name, request.PublisherId) is { } obstacle)
            return new PublishConflict.SlugTaken(name) { Why = standing is null ? obstacle : null };
        if (standing is null)
            return null;

        if (await VersionRows.FindAsync(session, standing.Slug, work.Version) is { } there)
        {
            return there.State == VersionState.Deleted ? new PublishConflict.Deleted(there.ToTombstone())
                : there.Digest == work.Package.Digest ? new PublishConflict.SameBytes(there.State)
                : new PublishConflict.OtherBytes(there.Digest);
        }

        return standing.TrustedOnly != 0 && request.ExchangeId is null ? new PublishConflict.TrustedOnly(standing.Slug) : null;
    }

    /// <summary>The same package, while another process is at it or was when it died.</summary>
    public static async Task<PublishConflict?> FindRunningAsync(DbSession session, PublishWork work)
    {
        var id = await session.ScalarAsync<string>(
            """
            SELECT id FROM publication
            WHERE slug = @Name AND version = @Version AND state = 'running' AND digest = @Digest AND published_by = @PublisherId LIMIT 1
            """,
            new { work.Package.Manifest.Name, work.Version, work.Package.Digest, work.Request.PublisherId });
        return id is null ? null : new PublishConflict.Running(id);
    }

    private sealed record StandingRow(string Slug, long TrustedOnly);
}
