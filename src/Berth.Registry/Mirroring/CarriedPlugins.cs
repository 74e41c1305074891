using Berth.Data.Sessions;
using Berth.Registry.Publishing;

namespace Berth.Registry.Mirroring;

/// <summary>
/// Plugins that an administrator's mirror or bundle brought: they are nobody's own work, so another administrator goes on with
/// them, for the account that began.
/// </summary>
internal static class CarriedPlugins
{
    /// <summary>
    /// The account that a plugin from this source belongs to, for another administrator who carries from there;
    /// <see langword="null"/> when it did not begin there, or has been given to somebody since, or its account is no administrator's.
    /// </summary>
    public static async Task<string?> OwnerAsync(DbSession session, string slug, string source) =>
        await session.FirstOrDefaultAsync<Row>(
            """
            SELECT p.owner_id, d.evidence FROM package p JOIN trust_decision d ON d.slug = p.slug AND d.decided_by = p.owner_id
            WHERE p.slug_folded = @folded AND p.publisher_id IS NULL AND d.kind = @Kind
              AND d.seq = (SELECT MIN(f.seq) FROM trust_decision f WHERE f.slug = p.slug)
              AND EXISTS (SELECT 1 FROM users u WHERE u.id = p.owner_id AND u.roles LIKE '%"admin"%')
            """,
            new { folded = slug.ToLowerInvariant(), CarriedEvidence.Kind }) is { } row && CarriedEvidence.SourceOf(row.Evidence) == source
            ? row.OwnerId
            : null;

    /// <summary>The same publish, for the account that the plugin belongs to, where a colleague goes on with what it began.</summary>
    public static async Task<PublishWork> GoOnAsync(DbSession session, PublishWork work) =>
        work.Request.Origin is { IsByAdministrator: true } origin && await OwnerAsync(session, work.Package.Manifest.Name, origin.Source) is { } owner && owner != work.Request.PublisherId
            ? work with { Request = work.Request with { PublisherId = owner, SenderId = work.Request.SenderId ?? work.Request.PublisherId } }
            : work;

    private sealed record Row(string OwnerId, string? Evidence);
}
