using Berth.Data.Sessions;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <inheritdoc />
internal sealed class ReservedNames(IDatabase database, TimeProvider time) : IReservedNames
{
    private readonly PublisherChange _change = new(database, time);

    public async Task<IReadOnlyList<ReservedSlug>> ListAsync(int limit, string? after, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<ReservedRow>(
                "SELECT slug_folded, reason, reserved_at FROM reserved_slug WHERE slug_folded > @after ORDER BY slug_folded LIMIT @limit",
                new { after = after ?? "", limit = (long)limit }),
            cancellationToken);
        return [.. rows.Select(row => new ReservedSlug(row.SlugFolded, row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.ReservedAt)))];
    }

    public Task<PublisherOutcome> ReserveAsync(RegistryActor actor, string slug, string reason, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return _change.RunAsync(isDryRun, async session =>
        {
            if (isDryRun)
                return new PublisherOutcome.Done();
            var folded = slug.ToLowerInvariant();
            await session.ExecuteAsync(
                """
                INSERT INTO reserved_slug (slug_folded, reason, reserved_by, reserved_at) VALUES (@folded, @reason, @ActorId, @at)
                ON CONFLICT (slug_folded) DO UPDATE SET reason = excluded.reason
                """,
                new { folded, reason, actor.ActorId, at = _change.Now });
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "slug.reserve", folded, new { slug = folded, reason });
            return new PublisherOutcome.Done();
        }, cancellationToken);
    }

    public Task<PublisherOutcome> ReleaseAsync(RegistryActor actor, string slug, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var folded = slug.ToLowerInvariant();
        return _change.RunAsync(isDryRun, async session =>
        {
            if (await session.ScalarAsync<string>("SELECT slug_folded FROM reserved_slug WHERE slug_folded = @folded", new { folded }) is null)
                return new PublisherOutcome.Unknown("slug.not_reserved", $"'{slug}' is not reserved.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            await session.ExecuteAsync("DELETE FROM reserved_slug WHERE slug_folded = @folded", new { folded });
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "slug.release", folded, new { slug = folded });
            return new PublisherOutcome.Done();
        }, cancellationToken);
    }

    private sealed record ReservedRow(string SlugFolded, string Reason, long ReservedAt);
}
