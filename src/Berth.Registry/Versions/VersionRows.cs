using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;

namespace Berth.Registry.Versions;

/// <summary>Finds what is to be changed, within the transaction that changes it, and who may.</summary>
internal static class VersionRows
{
    public static Task<string?> SlugAsync(DbSession session, string slug) =>
        session.ScalarAsync<string>("SELECT slug FROM package WHERE slug_folded = @folded", new { folded = slug.ToLowerInvariant() });

    public static Task<VersionRow?> FindAsync(DbSession session, string slug, string version) => session.FirstOrDefaultAsync<VersionRow>(
        """
        SELECT slug, version, digest, state, published_at, yanked_at, yank_reason, deprecation, successor_slug, successor_version, deleted_at, delete_reason
        FROM package_version WHERE slug = @slug AND version = @version
        """,
        new { slug, version });

    public static Task<IReadOnlyList<string>> VisibleAsync(DbSession session, string slug) =>
        session.QueryAsync<string>("SELECT version FROM package_version WHERE slug = @slug AND state = 'visible' ORDER BY version", new { slug });

    /// <summary>The visible version, or why the caller cannot have it.</summary>
    public static async Task<(VersionRow? Row, VersionOutcome? No)> AskAsync(DbSession session, RegistryActor actor, string slug, string version, string role)
    {
        if (await SlugAsync(session, slug) is not { } spelled)
            return (null, new VersionOutcome.UnknownPlugin());
        if (!actor.IsAdministrator && !PublisherRoles.Covers(await PublishRights.RoleAsync(session, spelled, actor.UserId), role))
            return (null, new VersionOutcome.NotPermitted(spelled));
        return await FindAsync(session, spelled, version) switch
        {
            { State: VersionState.Deleted } gone => (null, new VersionOutcome.Gone(gone.ToTombstone())),
            { State: VersionState.Visible } row => (row, null),
            _ => (null, new VersionOutcome.UnknownVersion(spelled)),
        };
    }
}

/// <summary>A version as it stands in its table.</summary>
internal sealed record VersionRow(
    string Slug, string Version, string Digest, string State, long PublishedAt, long? YankedAt, string? YankReason,
    string? Deprecation, string? SuccessorSlug, string? SuccessorVersion, long? DeletedAt, string? DeleteReason)
{
    public Tombstone ToTombstone() => new(Slug, Version, DateTimeOffset.FromUnixTimeMilliseconds(DeletedAt ?? 0), DeleteReason);
}
