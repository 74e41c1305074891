using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Trust;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.DesiredStates;

/// <summary>
/// Writes what is wanted, and brings this node's pool in line with it: before the server listens, and every few seconds for
/// what other nodes wrote. What the registry stops is stopped beside it: when the registry lets it go, what an administrator
/// of this host quarantined stays so.
/// </summary>
internal sealed partial class DesiredStateKeeper(IDatabase database, IInstancePool pool, RegistryTrust trust, TimeProvider time, ILogger<DesiredStateKeeper> logger)
    : PeriodicService(IDesiredStates.Interval, beginsAtOnce: false, time), IDesiredStates
{
    private readonly SemaphoreSlim _one = new(1, 1);

    // What this node has put in force; only under the semaphore.
    private readonly Dictionary<PluginVersionId, string> _quarantined = [];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: a version in quarantine must not answer one.
        await ApplyAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    public Task<IReadOnlyList<DesiredState>> ListAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(DesiredStateRows.AllAsync, cancellationToken);

    public async Task QuarantineAsync(OperationCaller administrator, PluginVersionId id, string reason, CancellationToken cancellationToken = default)
    {
        var now = Time.GetUtcNow();
        await database.WriteAsync(
            async session =>
            {
                await DesiredStateRows.PutAsync(session, new DesiredState(id.Slug, id.Version, DesiredState.Quarantined, reason, administrator.ActorId, now));
                await TrailRows.InsertAsync(session, Trail(administrator, id, "instance.quarantine", "berth.instance.quarantined", new DesiredStateTrail(id.Slug, id.Version, Reason: reason, By: administrator.ActorId), now));
                return true;
            },
            cancellationToken);
        await ApplyAsync(cancellationToken);
    }

    public async Task<bool> EndQuarantineAsync(OperationCaller administrator, PluginVersionId id, CancellationToken cancellationToken = default)
    {
        var now = Time.GetUtcNow();
        var ended = await database.WriteAsync(
            async session =>
            {
                if (!await DesiredStateRows.RemoveAsync(session, id, DesiredState.Quarantined))
                    return false;
                await TrailRows.InsertAsync(session, Trail(administrator, id, "instance.release", "berth.instance.released", new DesiredStateTrail(id.Slug, id.Version, From: DesiredState.Quarantined, By: administrator.ActorId), now));
                return true;
            },
            cancellationToken);
        await ApplyAsync(cancellationToken);
        return ended;
    }

    public Task<bool> SetWantedAsync(OperationCaller administrator, PluginVersionId id, bool isWanted, string reason, CancellationToken cancellationToken = default)
    {
        var now = Time.GetUtcNow();
        return database.WriteAsync(
            async session =>
            {
                if (await DesiredStateRows.IsThereAsync(session, id, DesiredState.Wanted) == isWanted)
                    return false;
                _ = isWanted
                    ? await DesiredStateRows.PutAsync(session, new DesiredState(id.Slug, id.Version, DesiredState.Wanted, reason, administrator.ActorId, now)) > 0
                    : await DesiredStateRows.RemoveAsync(session, id, DesiredState.Wanted);
                await TrailRows.InsertAsync(session, Trail(administrator, id, isWanted ? "instance.want" : "instance.unwant", "berth.instance.wanted", new DesiredStateTrail(id.Slug, id.Version, Reason: reason, By: administrator.ActorId, IsWanted: isWanted), now));
                return true;
            },
            cancellationToken);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => ApplyAsync(cancellationToken);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; decisions of other nodes about instances are taken over when it is back")]
    protected override partial void LeftOut(Exception exception);

    /// <summary>Brings this node's pool in line with what is wanted now.</summary>
    internal async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        Task stopping;
        try
        {
            var wanted = (await ListAsync(cancellationToken)).Where(state => state.State == DesiredState.Quarantined)
                .ToDictionary(state => new PluginVersionId(state.Slug, state.Version), state => (state.Reason, By: state.SetBy));
            foreach (var (id, reason) in trust.Stopped)
                wanted.TryAdd(id, ($"the registry quarantined it: {reason}", "registry"));
            foreach (var id in _quarantined.Keys.Where(id => !wanted.ContainsKey(id)).ToList())
            {
                pool.EndQuarantine(id);
                _quarantined.Remove(id);
            }

            // All at once, and their ends waited for outside of the gate: one that takes its time must not keep the next one running.
            var fresh = wanted.Where(state => !_quarantined.TryGetValue(state.Key, out var reason) || reason != state.Value.Reason).ToList();
            foreach (var (id, state) in fresh)
                _quarantined[id] = state.Reason;
            stopping = Task.WhenAll(fresh.Select(state => pool.QuarantineAsync(state.Key, state.Value.Reason, state.Value.By, cancellationToken)).ToList());
        }
        finally
        {
            _one.Release();
        }

        await stopping;
    }

    private static TrailRow Trail(OperationCaller administrator, PluginVersionId id, string action, string eventType, DesiredStateTrail detail, DateTimeOffset now) => new(
        administrator.ActorId, administrator.UserId, administrator.RequestId, action, eventType, $"{id.Slug}@{id.Version}", "succeeded",
        JsonSerializer.Serialize(detail, LifecycleJson.Default.DesiredStateTrail), now.ToUnixTimeMilliseconds());
}

/// <summary>What audit and events say of a decision about an instance.</summary>
internal sealed record DesiredStateTrail(string Slug, string Version, string? Reason = null, string? From = null, string? By = null, bool? IsWanted = null);
