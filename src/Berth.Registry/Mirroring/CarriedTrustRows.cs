using Berth.Data.Sessions;
using Berth.Packaging.Carrying;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <summary>A plugin's decisions as whoever carries one looks at them: newest first, with what each is.</summary>
internal static class CarriedTrustRows
{
    /// <summary>How mirrors gave their reason before the records said where decisions came from.</summary>
    private const string ReasonOfOldMirrors = "As decided by the registry it was mirrored from.";

    /// <summary>The first decision on a plugin that was carried here.</summary>
    public static Task<int> BeginAsync(DbSession session, string slug, PackageOrigin origin, string actorId, long at) => TrustDecisions.RecordAsync(
        session, slug, origin.FirstLevel, actorId, $"First carried from {origin.Source}, where it is '{origin.Level}'.", at,
        CarriedEvidence.Kind, new CarriedEvidence(origin.Source, origin.Level, null, null, null).ToText());

    /// <summary>Those in force, newest first.</summary>
    public static async Task<IReadOnlyList<CarriedTrustRow>> InForceAsync(DbSession session, string slug, string source, long now)
    {
        var rows = await session.QueryAsync<Row>(
            "SELECT seq, level, kind, reason, evidence, expires_at, ended_at FROM trust_decision WHERE slug = @slug ORDER BY seq DESC", new { slug });
        var inForce = new List<CarriedTrustRow>();
        foreach (var row in rows.Where(row => row.EndedAt is null && !(row.ExpiresAt <= now)))
        {
            var isFirst = row.Seq == rows[^1].Seq;
            inForce.Add(new CarriedTrustRow(row.Seq, row.Level, row.Evidence, row.ExpiresAt, isFirst, await OriginAsync(session, slug, source, row, isFirst)));
        }

        return inForce;
    }

    /// <summary>Ends decisions that another one takes the place of.</summary>
    public static async Task EndAsync(DbSession session, IEnumerable<CarriedTrustRow> rows, long at)
    {
        foreach (var row in rows)
            await session.ExecuteAsync("UPDATE trust_decision SET ended_at = @at WHERE seq = @Seq AND ended_at IS NULL", new { row.Seq, at });
    }

    private static async Task<CarriedTrustOrigin> OriginAsync(DbSession session, string slug, string source, Row row, bool isFirst) =>
        row.Kind == CarriedEvidence.Kind ? (CarriedEvidence.SourceOf(row.Evidence) == source ? CarriedTrustOrigin.Source : CarriedTrustOrigin.OtherSource)
        : row.Kind != "decision" ? CarriedTrustOrigin.People
        : row.Reason == ReasonOfOldMirrors || row.Reason.StartsWith(CarriedFrom.Decided(source, ""), StringComparison.Ordinal) ? CarriedTrustOrigin.Source
        : !isFirst ? CarriedTrustOrigin.People
        : row.Level != TrustLevels.Internal ? CarriedTrustOrigin.Beginning
        : await CameByMirrorAsync(session, slug) ? CarriedTrustOrigin.Source
        : CarriedTrustOrigin.Own;

    // Before the records said so, a mirror's plugins began as an administrator's own. What tells one is a signature that came with
    // its oldest version by a key that a mirror had registered for that account.
    private static async Task<bool> CameByMirrorAsync(DbSession session, string slug) => await session.ScalarAsync<long>(
        """
        SELECT COUNT(*) FROM package_version v
        JOIN package_signature s ON s.slug = v.slug AND s.version = v.version AND s.role = 'author' AND s.received_at = v.published_at
        JOIN signing_key k ON k.kid = s.kid AND k.owner_id = v.published_by AND k.name = @name
        WHERE v.slug = @slug AND v.published_at = (SELECT MIN(o.published_at) FROM package_version o WHERE o.slug = v.slug)
        """,
        new { slug, name = CarriedKeys.FromMirror }) > 0;

    private sealed record Row(long Seq, string Level, string Kind, string Reason, string? Evidence, long? ExpiresAt, long? EndedAt);
}

/// <summary>A decision in force.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Level">Its level.</param>
/// <param name="Evidence">As the row keeps it.</param>
/// <param name="ExpiresAt">When it runs out; Unix milliseconds.</param>
/// <param name="IsFirst">Whether it is the one that the plugin began with.</param>
/// <param name="Origin">Whose it is.</param>
internal sealed record CarriedTrustRow(long Seq, string Level, string? Evidence, long? ExpiresAt, bool IsFirst, CarriedTrustOrigin Origin)
{
    /// <summary>Whether nobody who carries may change it.</summary>
    public bool Stays => Origin is CarriedTrustOrigin.People or CarriedTrustOrigin.Own;
}

/// <summary>Whose a decision is, for somebody who carries one from a source.</summary>
internal enum CarriedTrustOrigin
{
    /// <summary>The source's own, carried earlier.</summary>
    Source,

    /// <summary>Another source's.</summary>
    OtherSource,

    /// <summary>Nobody's: what a publish gives by itself.</summary>
    Beginning,

    /// <summary>What an administrator's publish gives by itself: the plugin is this registry's own.</summary>
    Own,

    /// <summary>People's here.</summary>
    People,
}
