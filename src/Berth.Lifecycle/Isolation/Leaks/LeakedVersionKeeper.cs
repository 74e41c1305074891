using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Isolation;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Isolation.Leaks;

/// <summary>
/// Writes the marks of this node, and keeps the copy of all nodes' marks that placements are decided by: read before the server
/// listens, and every few seconds. A mark counts here from the moment it is made, whether or not the database is there to take it.
/// </summary>
internal sealed partial class LeakedVersionKeeper(IDatabase database, TimeProvider time, ILogger<LeakedVersionKeeper> logger)
    : PeriodicService(ILeakedVersions.Interval, beginsAtOnce: false, time), ILeakedVersions, ILeakMarks
{
    // Names of threads and types are the plugin's to choose.
    private const int MostText = 2_000;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<PluginVersionId, LeakedVersion> _unwritten = new();
    private volatile FrozenSet<PluginVersionId> _known = FrozenSet<PluginVersionId>.Empty;

    public bool? Has(PluginVersionId id) => _known.Contains(id) || _unwritten.ContainsKey(id);

    public void Add(PluginVersionId id, IReadOnlyList<string> roots)
    {
        var text = string.Join("; ", roots);
        _unwritten[id] = new LeakedVersion(id.Slug, id.Version, text.Length > MostText ? text[..MostText] : text, Time.GetUtcNow());
        _ = Task.Run(WriteSoonAsync);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first load: a mark must not come too late for it.
        await RunAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    public Task<IReadOnlyList<LeakedVersion>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(LeakedVersionRows.AllAsync, cancellationToken);

    public async Task<bool> ReleaseAsync(OperationCaller administrator, PluginVersionId id, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Written first, so that the trail belongs to a mark that was there.
            await WriteAsync(cancellationToken);
            var now = Time.GetUtcNow();
            var isReleased = await database.WriteAsync(
                async session =>
                {
                    if (!await LeakedVersionRows.RemoveAsync(session, id))
                        return false;
                    await TrailRows.InsertAsync(session, Trail(administrator, id, now));
                    return true;
                },
                cancellationToken);
            await ReadAsync(cancellationToken);
            return isReleased;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Writes what this node found, and takes over what all nodes know.</summary>
    internal async Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(cancellationToken);
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => SynchronizeAsync(cancellationToken);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; which versions leaked is written and read when it is back. What leaked here counts here already")]
    protected override partial void LeftOut(Exception exception);

    private async Task WriteSoonAsync()
    {
        try
        {
            await SynchronizeAsync(CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The host has ended meanwhile.
        }
        catch (Exception exception)
        {
            // The next round tries it again.
            LeftOut(exception);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        KeyValuePair<PluginVersionId, LeakedVersion>[] marks = [.. _unwritten];
        if (marks.Length == 0)
            return;
        await database.WriteAsync(
            async session =>
            {
                foreach (var (_, mark) in marks)
                    await LeakedVersionRows.PutAsync(session, mark);
                return true;
            },
            cancellationToken);
        // Known before it is taken out here, so that nobody who asks in between misses it.
        _known = _known.Union(marks.Select(mark => mark.Key)).ToFrozenSet();
        foreach (var mark in marks)
            _unwritten.TryRemove(mark);
    }

    private async Task ReadAsync(CancellationToken cancellationToken) =>
        _known = (await ListAsync(cancellationToken)).Select(leaked => new PluginVersionId(leaked.Slug, leaked.Version)).ToFrozenSet();

    private static TrailRow Trail(OperationCaller administrator, PluginVersionId id, DateTimeOffset now) => new(
        administrator.ActorId, administrator.UserId, administrator.RequestId, "instance.release", "berth.instance.released", $"{id.Slug}@{id.Version}", "succeeded",
        JsonSerializer.Serialize(new DesiredStateTrail(id.Slug, id.Version, From: "leaked", By: administrator.ActorId), LifecycleJson.Default.DesiredStateTrail), now.ToUnixTimeMilliseconds());
}
