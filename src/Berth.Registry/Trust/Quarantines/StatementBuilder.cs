using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Data.Sessions;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Policies;

namespace Berth.Registry.Trust.Quarantines;

/// <summary>
/// Writes down what hosts have to know: quarantines with what they hit by name and by digest, restrictions, policies. It
/// does not say who decided: every signed-in caller may read it.
/// </summary>
internal static class StatementBuilder
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static async Task<TrustStatement> BuildAsync(DbSession session, long now)
    {
        List<Entry> entries = [.. await DecidedAsync(session, now)];
        foreach (var quarantine in await QuarantineRows.InForceAsync(session, now))
            entries.Add(await EntryAsync(session, quarantine));
        // Also what lies below a decision that was lowered, lifted or ran out: hosts have installed it as what it was then.
        var restrictions = await session.QueryAsync<Restriction>(
            $"""
            SELECT slug, level FROM trust_decision d WHERE ended_at IS NULL AND (expires_at IS NULL OR expires_at > @now)
                AND (kind = 'restriction' OR (level <> 'quarantined' AND EXISTS (SELECT 1 FROM trust_decision o WHERE o.slug = d.slug AND {RankOf("o.level")} < {RankOf("d.level")})))
                AND NOT EXISTS (SELECT 1 FROM trust_decision n WHERE n.slug = d.slug AND n.seq > d.seq AND n.ended_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > @now))
            ORDER BY slug
            """,
            new { now });
        var policies = (await TrustPolicies.LoadAsync(session)).Select(TrustPolicyJson.Show);
        var json = JsonSerializer.SerializeToUtf8Bytes(new { quarantines = entries, restrictions, policies }, Options);
        return new TrustStatement(json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json))[..32]}\"");
    }

    private static string RankOf(string column) => $"CASE {column} WHEN 'internal' THEN 0 WHEN 'verified' THEN 1 WHEN 'community' THEN 2 ELSE 3 END";

    /// <summary>Plugins whose level was decided to be <c>quarantined</c>.</summary>
    private static async Task<IEnumerable<Entry>> DecidedAsync(DbSession session, long now)
    {
        var rows = await session.QueryAsync<DecidedRow>(
            """
            SELECT d.seq, d.slug, d.reason, d.at, d.expires_at FROM trust_decision d
            WHERE d.level = 'quarantined' AND d.ended_at IS NULL AND (d.expires_at IS NULL OR d.expires_at > @now)
                AND NOT EXISTS (SELECT 1 FROM trust_decision n WHERE n.slug = d.slug AND n.seq > d.seq AND n.ended_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > @now))
            ORDER BY d.seq
            """,
            new { now });
        return rows.Select(row => new Entry(
            $"decision-{row.Seq}", QuarantineKinds.Plugin, row.Slug, row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.At), TrustText.At(row.ExpiresAt), [row.Slug], [], []));
    }

    private static async Task<Entry> EntryAsync(DbSession session, QuarantineRecord quarantine)
    {
        var slugs = await session.QueryAsync<string>(
            $"SELECT p.slug FROM package p JOIN trust_quarantine q ON q.id = @Id WHERE {QuarantineSql.HitsPlugin} ORDER BY p.slug", new { quarantine.Id });
        // Also of versions that left the catalogue: hosts may still run them.
        var digests = await session.QueryAsync<string>(
            $"""
            SELECT DISTINCT v.digest FROM package_version v JOIN package p ON p.slug = v.slug JOIN trust_quarantine q ON q.id = @Id
            WHERE {QuarantineSql.HitsVersion} ORDER BY v.digest
            """,
            new { quarantine.Id });
        IReadOnlyList<string> named = quarantine.Kind == QuarantineKinds.Plugin && slugs.Count == 0 ? [quarantine.Subject] : slugs;
        IReadOnlyList<string> files = quarantine.Kind == QuarantineKinds.File ? [quarantine.Subject.ToLowerInvariant()] : [];
        return new Entry(quarantine.Id, quarantine.Kind, quarantine.Subject, quarantine.Reason, quarantine.SetAt, quarantine.ExpiresAt, named, digests, files);
    }

    private sealed record Entry(
        string Id, string Kind, string Subject, string Reason, DateTimeOffset SetAt, DateTimeOffset? ExpiresAt,
        IReadOnlyList<string> Slugs, IReadOnlyList<string> Digests, IReadOnlyList<string> Files);

    private sealed record Restriction(string Slug, string Level);

    private sealed record DecidedRow(long Seq, string Slug, string Reason, long At, long? ExpiresAt);
}
