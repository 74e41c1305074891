using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Policies;
using Berth.Registry.Trust.Quarantines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Trust;

/// <summary>
/// Notices what time changed and what other nodes wrote: settles decisions and quarantines that ran out, once for all nodes,
/// and reads the policies again. What is in force never waits for this; search and events do.
/// </summary>
internal sealed partial class TrustExpiryService(
    IDatabase database, TrustPolicies policies, QuarantineBook quarantines, TimeProvider time, ILogger<TrustExpiryService> logger) : BackgroundService
{
    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: a policy that was changed must not be asked for as it was.
        await RoundAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>One round.</summary>
    internal async Task SettleAsync(CancellationToken cancellationToken)
    {
        await policies.RefreshAsync(cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await database.ReadAsync(session => IsDueAsync(session, now), cancellationToken))
            return;
        var touched = await database.WriteAsync(session => SettleAsync(session, now), cancellationToken);
        quarantines.Changed(touched);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ITrustPolicyBook.RefreshInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLeftOut(exception);
        }
    }

    private static async Task<bool> IsDueAsync(DbSession session, long now) =>
        await session.ScalarAsync<long>(
            """
            SELECT (SELECT COUNT(*) FROM trust_decision WHERE expires_at <= @now AND expires_at IS NOT NULL AND settled_at IS NULL)
                + (SELECT COUNT(*) FROM trust_quarantine WHERE lifted_at IS NULL AND expires_at <= @now)
            """,
            new { now }) > 0;

    private static async Task<IReadOnlyList<string>> SettleAsync(DbSession session, long now)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        // RETURNING: of several nodes, the one whose update it is tells it.
        var decisions = await session.QueryAsync<DecisionRow>(
            "UPDATE trust_decision SET settled_at = @now WHERE expires_at <= @now AND expires_at IS NOT NULL AND settled_at IS NULL RETURNING seq, slug, level, ended_at", new { now });
        foreach (var decision in decisions)
        {
            touched.Add(decision.Slug);
            var inForce = await TrustSettlement.SettleAsync(session, decision.Slug, now);
            if (decision.EndedAt is null)
                await TellAsync(session, now, "berth.trust.expired", decision.Slug, new { slug = decision.Slug, level = inForce.Level, previous = decision.Level });
        }

        var ended = await session.QueryAsync<QuarantineRow>(
            """
            UPDATE trust_quarantine SET lifted_at = expires_at, lift_reason = 'It ran out.' WHERE lifted_at IS NULL AND expires_at <= @now
            RETURNING id, kind, shown
            """,
            new { now });
        foreach (var quarantine in ended)
        {
            touched.UnionWith(await QuarantineRows.SettleAsync(session, quarantine.Id, now));
            await TellAsync(session, now, "berth.trust.quarantine_lifted", quarantine.Shown, new { id = quarantine.Id, kind = quarantine.Kind, subject = quarantine.Shown, reason = "It ran out." });
        }

        return [.. touched];
    }

    private static async Task TellAsync(DbSession session, long now, string type, string subject, object data)
    {
        var told = JsonSerializer.Serialize(data);
        await RegistryRecords.AddEventAsync(session, now, type, subject, "system", told);
        await RegistryRecords.AddAuditAsync(session, now, "system", "trust.expire", subject, told);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; what ran out meanwhile is told when it is back")]
    private partial void LogLeftOut(Exception exception);

    private sealed record DecisionRow(long Seq, string Slug, string Level, long? EndedAt);

    private sealed record QuarantineRow(string Id, string Kind, string Shown);
}
