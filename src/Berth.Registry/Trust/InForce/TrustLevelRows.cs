using System.Collections.Frozen;
using Berth.Data.Sessions;

namespace Berth.Registry.Trust.InForce;

/// <summary>
/// Reads what is in force from the records themselves, so that a decision that ran out is out at that instant, whatever the
/// columns that search uses still say.
/// </summary>
internal static class TrustLevelRows
{
    /// <summary>What is in force for the plugins of these slugs, as they are spelled.</summary>
    public static async Task<IReadOnlyDictionary<string, TrustInForce>> LoadAsync(DbSession session, IReadOnlyCollection<string> slugs, long now)
    {
        if (slugs.Count == 0)
            return FrozenDictionary<string, TrustInForce>.Empty;
        var packages = await session.QueryAsync<PackageRow>("SELECT slug, trust_level FROM package WHERE slug IN @slugs", new { slugs });
        var decisions = (await session.QueryAsync<DecisionRow>(
            """
            SELECT slug, level, expires_at FROM trust_decision
            WHERE slug IN @slugs AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > @now) ORDER BY seq DESC
            """,
            new { slugs, now })).ToLookup(row => row.Slug);
        var quarantines = await QuarantinesAsync(session, slugs, now);
        var undecided = packages.Where(package => !decisions[package.Slug].Any()).Select(package => package.Slug).ToList();
        var ranOut = undecided.Count == 0 ? [] : await session.QueryAsync<string>("SELECT DISTINCT slug FROM trust_decision WHERE slug IN @undecided", new { undecided });
        return packages.ToDictionary(package => package.Slug, package =>
        {
            // A plugin whose every decision ran out has nobody left who vouches for it; one without any was put there by other means.
            var decided = decisions[package.Slug].FirstOrDefault()?.Level
                ?? (ranOut.Contains(package.Slug) ? TrustLevels.Untrusted : package.TrustLevel);
            var versions = quarantines.Versions[package.Slug].ToFrozenSet(StringComparer.Ordinal);
            var expiries = decisions[package.Slug].Select(row => row.ExpiresAt).Append(quarantines.NextExpiry).OfType<long>().ToList();
            return new TrustInForce(
                package.Slug,
                quarantines.Plugins.Contains(package.Slug) ? TrustLevels.Quarantined : decided,
                decided,
                versions,
                expiries.Count == 0 ? null : expiries.Min());
        });
    }

    /// <summary>What is in force for one plugin.</summary>
    public static async Task<TrustInForce> OfAsync(DbSession session, string slug, long now) =>
        (await LoadAsync(session, [slug], now)).GetValueOrDefault(slug)
        ?? new TrustInForce(slug, TrustLevels.Untrusted, TrustLevels.Untrusted, FrozenSet<string>.Empty, null);

    private static async Task<Found> QuarantinesAsync(DbSession session, IReadOnlyCollection<string> slugs, long now)
    {
        // Mostly there are none, and then the join is not worth its price.
        var some = await session.FirstOrDefaultAsync<CountRow>(
            $"SELECT COUNT(*) AS total, MIN(q.expires_at) AS next FROM trust_quarantine q WHERE {QuarantineSql.InForce}", new { now });
        if (some is null or { Total: 0 })
            return new Found(FrozenSet<string>.Empty, Array.Empty<VersionRow>().ToLookup(row => row.Slug, row => row.Version), null);
        var plugins = await session.QueryAsync<string>(
            $"SELECT p.slug FROM package p WHERE p.slug IN @slugs AND EXISTS (SELECT 1 FROM trust_quarantine q WHERE {QuarantineSql.InForce} AND {QuarantineSql.HitsPlugin})",
            new { slugs, now });
        var versions = await session.QueryAsync<VersionRow>(
            $"""
            SELECT v.slug, v.version FROM package_version v JOIN package p ON p.slug = v.slug
            WHERE v.slug IN @slugs AND EXISTS (SELECT 1 FROM trust_quarantine q WHERE {QuarantineSql.InForce} AND {QuarantineSql.HitsVersion})
            """,
            new { slugs, now });
        return new Found(plugins.ToFrozenSet(StringComparer.Ordinal), versions.ToLookup(row => row.Slug, row => row.Version), some.Next);
    }

    private sealed record Found(IReadOnlySet<string> Plugins, ILookup<string, string> Versions, long? NextExpiry);

    private sealed record PackageRow(string Slug, string TrustLevel);

    private sealed record DecisionRow(string Slug, string Level, long? ExpiresAt);

    private sealed record CountRow(long Total, long? Next);

    private sealed record VersionRow(string Slug, string Version);
}
