using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Trust.InForce;

/// <summary>Writes what is in force where search and publishing look: <c>package.trust_level</c> and the listing.</summary>
internal static class TrustSettlement
{
    /// <summary>To be called in every transaction that changes decisions or quarantines of a plugin, after the change.</summary>
    /// <returns>What is in force now.</returns>
    public static async Task<TrustInForce> SettleAsync(DbSession session, string slug, long now)
    {
        var inForce = await TrustLevelRows.OfAsync(session, slug, now);
        if (await session.ExecuteAsync("UPDATE package SET trust_level = @Level, updated_at = @now WHERE slug = @slug AND trust_level <> @Level", new { inForce.Level, now, slug }) > 0)
            await SearchIndex.SetTrustAsync(session, slug, inForce.Level);
        return inForce;
    }

    /// <summary>The plugins that a quarantine touches, whole or in part.</summary>
    public static Task<IReadOnlyList<string>> TouchedAsync(DbSession session, string quarantineId) => session.QueryAsync<string>(
        $"""
        SELECT DISTINCT p.slug FROM package p JOIN trust_quarantine q ON q.id = @quarantineId
        WHERE {QuarantineSql.HitsPlugin} OR EXISTS (SELECT 1 FROM package_version v WHERE v.slug = p.slug AND {QuarantineSql.HitsVersion})
        """,
        new { quarantineId });

    /// <summary>To be called when a publisher's members change: a quarantine of one of them hits what they act for.</summary>
    public static async Task SettlePublisherAsync(DbSession session, string publisherId, long now)
    {
        var slugs = await session.QueryAsync<string>(
            $"SELECT slug FROM package WHERE publisher_id = @publisherId AND EXISTS (SELECT 1 FROM trust_quarantine q WHERE q.kind = 'publisher' AND {QuarantineSql.InForce})",
            new { publisherId, now });
        foreach (var slug in slugs)
            await SettleAsync(session, slug, now);
    }

    /// <summary>Two changes of one plugin at once must not each settle on what it alone sees.</summary>
    public static async Task<PackageRow?> LockAsync(DbSession session, string slug)
    {
        var found = await session.FirstOrDefaultAsync<PackageRow>("SELECT slug, owner_id FROM package WHERE slug_folded = @folded", new { folded = SearchWords.Fold(slug) });
        if (found is not null && session.Kind == DatabaseKind.PostgreSql)
            await session.ExecuteAsync("SELECT 1 FROM package WHERE slug = @Slug FOR UPDATE", new { found.Slug });
        return found;
    }

    /// <summary>A plugin and who owns it.</summary>
    internal sealed record PackageRow(string Slug, string OwnerId);
}
