using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Review;

namespace Berth.Registry.Publishing.Settings;

/// <inheritdoc />
internal sealed class PublishingSettingsStore(IDatabase database, TimeProvider time) : IPublishingSettings
{
    public Task<PublishingSettings?> FindAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        return database.ReadAsync(session => FindAsync(session, slug.ToLowerInvariant()), cancellationToken);
    }

    public Task<bool> MayManageAsync(string slug, string userId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => SlugRights.MayManageAsync(session, slug, userId), cancellationToken);

    public Task<PublishingSettings> PutAsync(string slug, bool? staged, bool? trustedOnly, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentNullException.ThrowIfNull(actor);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(async session =>
        {
            var now = await FindAsync(session, slug.ToLowerInvariant()) ?? throw new ArgumentException($"There is no plugin '{slug}'.", nameof(slug));
            var then = now with { Staged = staged ?? now.Staged, TrustedOnly = trustedOnly ?? now.TrustedOnly };
            await session.ExecuteAsync(
                """
                INSERT INTO package_publishing (slug, staged, trusted_only, updated_by, updated_at) VALUES (@Slug, @Staged, @TrustedOnly, @ActorId, @at)
                ON CONFLICT (slug) DO UPDATE SET
                    staged = excluded.staged, trusted_only = excluded.trusted_only, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                """,
                new { then.Slug, then.Staged, then.TrustedOnly, actor.ActorId, at });
            var data = JsonSerializer.Serialize(new { slug = then.Slug, staged = then.Staged, trusted_only = then.TrustedOnly });
            await RegistryRecords.AddAuditAsync(session, at, actor.ActorId, "package.publishing", then.Slug, data);
            return then;
        }, cancellationToken);
    }

    private static async Task<PublishingSettings?> FindAsync(DbSession session, string folded)
    {
        var row = await session.FirstOrDefaultAsync<Row>(
            """
            SELECT p.slug, COALESCE(s.staged, 0) AS staged, COALESCE(s.trusted_only, 0) AS trusted_only
            FROM package p LEFT JOIN package_publishing s ON s.slug = p.slug WHERE p.slug_folded = @folded
            """,
            new { folded });
        return row is null ? null : new PublishingSettings(row.Slug, row.Staged != 0, row.TrustedOnly != 0);
    }

    private sealed record Row(string Slug, long Staged, long TrustedOnly);
}
