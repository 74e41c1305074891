using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Search;
using Berth.Registry.Trust.InForce;

namespace Berth.Registry.Trust.Quarantines;

/// <summary>Statements on <c>trust_quarantine</c>.</summary>
internal static class QuarantineRows
{
    private const string Columns = "q.id, q.kind, q.shown AS subject, q.reason, q.set_by, q.set_at, q.expires_at, q.lifted_by, q.lifted_at";

    /// <summary>Writes one with its event and audit, and settles what it touches.</summary>
    public static async Task<QuarantineRecord> InsertAsync(DbSession session, QuarantineDraft draft, string subject, string actorId, long at)
    {
        var id = TrustText.NewId();
        var expiresAt = draft.ExpiresAt?.ToUnixTimeMilliseconds();
        await session.ExecuteAsync(
            """
            INSERT INTO trust_quarantine (id, kind, subject, shown, reason, set_by, set_at, expires_at)
            VALUES (@id, @Kind, @subject, @shown, @Reason, @actorId, @at, @expiresAt)
            """,
            new { id, draft.Kind, subject, shown = draft.Subject, draft.Reason, actorId, at, expiresAt });
        var told = JsonSerializer.Serialize(new { id, kind = draft.Kind, subject = draft.Subject, reason = draft.Reason, expires_at = draft.ExpiresAt });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.quarantined", draft.Subject, actorId, told);
        await RegistryRecords.AddAuditAsync(session, at, actorId, "trust.quarantine", draft.Subject, told);
        return (await FindAsync(session, id))! with { Plugins = await SettleAsync(session, id, at) };
    }

    /// <summary>Ends one with its event and audit, and settles what it touched.</summary>
    public static async Task<QuarantineRecord> LiftAsync(DbSession session, QuarantineRecord record, string reason, string actorId, long at)
    {
        await session.ExecuteAsync(
            "UPDATE trust_quarantine SET lifted_by = @actorId, lifted_at = @at, lift_reason = @reason WHERE id = @Id", new { actorId, at, reason, record.Id });
        var told = JsonSerializer.Serialize(new { id = record.Id, kind = record.Kind, subject = record.Subject, reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.quarantine_lifted", record.Subject, actorId, told);
        await RegistryRecords.AddAuditAsync(session, at, actorId, "trust.lift_quarantine", record.Subject, told);
        return (await FindAsync(session, record.Id))! with { Plugins = await SettleAsync(session, record.Id, at) };
    }

    public static async Task<QuarantineRecord?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM trust_quarantine q WHERE q.id = @id", new { id }))?.ToRecord();

    /// <summary>The one of a kind and subject that is in force.</summary>
    public static async Task<QuarantineRecord?> InForceAsync(DbSession session, string kind, string subject, long now) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM trust_quarantine q WHERE q.kind = @kind AND q.subject = @subject AND {QuarantineSql.InForce}", new { kind, subject, now }))?.ToRecord();

    /// <summary>
    /// Those that stop an account from publishing a plugin: of itself, of somebody who acts for the plugin's publisher, or of the
    /// organisation that it belongs to or would belong to.
    /// </summary>
    /// <param name="session">The database.</param>
    /// <param name="slug">The plugin, new or not.</param>
    /// <param name="account">Who publishes.</param>
    /// <param name="organisation">The organisation that a new slug would belong to.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static async Task<IReadOnlyList<QuarantineRecord>> OfPublisherAsync(DbSession session, string slug, string account, string? organisation, long now) =>
        [.. (await session.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM trust_quarantine q WHERE q.kind = 'publisher' AND {QuarantineSql.InForce}
            AND (q.subject = @account OR EXISTS (SELECT 1 FROM package p WHERE p.slug_folded = @folded AND {QuarantineSql.HitsPublisher})
                OR {QuarantineSql.HitsOrganisation("CAST(@organisation AS TEXT)")})
            ORDER BY q.id
            """,
            new { account, organisation, folded = SearchWords.Fold(slug), now })).Select(row => row.ToRecord())];

    /// <summary>The oldest one in force that hits a version, whatever state that is in.</summary>
    public static async Task<QuarantineRecord?> OfVersionAsync(DbSession session, string slug, string version, long now) =>
        (await session.FirstOrDefaultAsync<Row>(
            $"""
            SELECT {Columns} FROM trust_quarantine q JOIN package p ON p.slug = @slug JOIN package_version v ON v.slug = p.slug AND v.version = @version
            WHERE {QuarantineSql.InForce} AND {QuarantineSql.HitsVersion} ORDER BY q.id LIMIT 1
            """,
            new { slug, version, now }))?.ToRecord();

    /// <summary>All in force, oldest first.</summary>
    public static async Task<IReadOnlyList<QuarantineRecord>> InForceAsync(DbSession session, long now) =>
        [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM trust_quarantine q WHERE {QuarantineSql.InForce} ORDER BY q.id", new { now })).Select(row => row.ToRecord())];

    public static async Task<IReadOnlyList<QuarantineRecord>> OfPluginAsync(DbSession session, string slug, long now) =>
        [.. (await session.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM trust_quarantine q JOIN package p ON p.slug_folded = @folded
            WHERE {QuarantineSql.InForce} AND ({QuarantineSql.HitsPlugin} OR EXISTS (SELECT 1 FROM package_version v WHERE v.slug = p.slug AND {QuarantineSql.HitsVersion}))
            ORDER BY q.id DESC
            """,
            new { folded = SearchWords.Fold(slug), now })).Select(row => row.ToRecord())];

    /// <summary>Settles everything that a quarantine touches. Returns the plugins.</summary>
    public static async Task<IReadOnlyList<string>> SettleAsync(DbSession session, string id, long at)
    {
        var plugins = await TrustSettlement.TouchedAsync(session, id);
        foreach (var slug in plugins)
            await TrustSettlement.SettleAsync(session, slug, at);
        return plugins;
    }

    private sealed record Row(
        string Id, string Kind, string Subject, string Reason, string SetBy, long SetAt, long? ExpiresAt, string? LiftedBy, long? LiftedAt)
    {
        public QuarantineRecord ToRecord() => new(
            Id, Kind, Subject, Reason, SetBy, DateTimeOffset.FromUnixTimeMilliseconds(SetAt), TrustText.At(ExpiresAt), LiftedBy, TrustText.At(LiftedAt));
    }
}
