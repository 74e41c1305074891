using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Isolation;

/// <summary>
/// Keeps the rules, and the copy of them that placements are decided by: read before the server listens, and every few seconds for
/// what other nodes wrote. What belongs to a publisher is asked of the registry; while that is away, what it said last holds.
/// </summary>
internal sealed partial class IsolationRuleBook(IDatabase database, IEnumerable<IPackageSource> sources, IsolationRuleState state, TimeProvider time, ILogger<IsolationRuleBook> logger)
    : PeriodicService(IIsolationRules.Interval, beginsAtOnce: false, time), IIsolationRules
{
    private readonly IPackageSource? _source = sources.LastOrDefault();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first load: a rule must not come too late for it.
        state.Take(await ListAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    public Task<IReadOnlyList<IsolationRule>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(IsolationRuleRows.AllAsync, cancellationToken);

    public async Task<IsolationRule?> SetAsync(OperationCaller administrator, IsolationRuleDraft draft, CancellationToken cancellationToken = default)
    {
        if (await HitAsync(draft.Kind, draft.Subject, cancellationToken) is not { } slugs)
            return null;
        var rule = new IsolationRule(draft.Kind, draft.Subject, draft.Level, draft.Limits, slugs, draft.Reason, administrator.ActorId, Time.GetUtcNow());
        if (draft.IsDryRun)
            return rule;
        await database.WriteAsync(
            async session =>
            {
                await IsolationRuleRows.PutAsync(session, rule);
                await TrailRows.InsertAsync(session, Trail(administrator, "site.isolate", "berth.isolation.rule_set", new IsolationRuleTrail(rule.Kind, rule.Subject, rule.Level, rule.Reason, administrator.ActorId), rule.SetAt));
                return true;
            },
            cancellationToken);
        await RunAsync(cancellationToken);
        return rule;
    }

    public async Task<bool> RemoveAsync(OperationCaller administrator, string kind, string subject, CancellationToken cancellationToken = default)
    {
        var removed = await database.WriteAsync(
            async session =>
            {
                if (!await IsolationRuleRows.RemoveAsync(session, kind, subject))
                    return false;
                await TrailRows.InsertAsync(session, Trail(administrator, "site.unisolate", "berth.isolation.rule_removed", new IsolationRuleTrail(kind, subject, By: administrator.ActorId), Time.GetUtcNow()));
                return true;
            },
            cancellationToken);
        await RunAsync(cancellationToken);
        return removed;
    }

    /// <summary>Takes over what is in the database, with what belongs to publishers now.</summary>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var rules = new List<IsolationRule>();
        foreach (var rule in await ListAsync(cancellationToken))
            rules.Add(rule.Kind == IsolationRule.Publisher ? await RenewAsync(rule, cancellationToken) : rule);
        state.Take(rules);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; rules of isolation that other nodes set are taken over when it is back")]
    protected override partial void LeftOut(Exception exception);

    private async Task<IsolationRule> RenewAsync(IsolationRule rule, CancellationToken cancellationToken)
    {
        try
        {
            if (_source is null || await _source.SlugsOfAsync(rule.Subject, cancellationToken) is not { } slugs || slugs.Order(StringComparer.Ordinal).SequenceEqual(rule.Plugins.Order(StringComparer.Ordinal)))
                return rule;
            await database.WriteAsync(session => IsolationRuleRows.PutSlugsAsync(session, rule.Kind, rule.Subject, slugs), cancellationToken);
            return rule with { Plugins = slugs };
        }
        catch (PackageSourceUnavailableException)
        {
            return rule;
        }
    }

    private async Task<IReadOnlyList<string>?> HitAsync(string kind, string subject, CancellationToken cancellationToken)
    {
        if (kind == IsolationRule.Plugin)
            return [subject];
        return _source is null ? null : await _source.SlugsOfAsync(subject, cancellationToken);
    }

    private static TrailRow Trail(OperationCaller administrator, string action, string eventType, IsolationRuleTrail detail, DateTimeOffset now) => new(
        administrator.ActorId, administrator.UserId, administrator.RequestId, action, eventType, $"{detail.Kind}:{detail.Subject}", "succeeded",
        JsonSerializer.Serialize(detail, LifecycleJson.Default.IsolationRuleTrail), now.ToUnixTimeMilliseconds());
}

/// <summary>What audit and events say of a rule.</summary>
internal sealed record IsolationRuleTrail(string Kind, string Subject, string? Level = null, string? Reason = null, string? By = null);
