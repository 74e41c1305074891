using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Bulk;

/// <summary>Begins bulk operations, runs them in the background, and goes on with those that a dead process left.</summary>
internal sealed partial class BulkOperations(
    IDatabase database, BulkUsers users, BulkStep step, IStepWitness witness, OperationChanges changes, LifecycleOptions options, TimeProvider time,
    ILogger<BulkOperations> logger)
    : IBulkOperations, IAsyncDisposable
{
    private const int MostUsers = 100_000;
    private readonly ConcurrentDictionary<string, (Task Run, CancellationTokenSource End)> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long LeaseUntil => Now + (long)options.OperationLease.TotalMilliseconds;

    public async Task<BulkOutcome> StartAsync(OperationCaller administrator, BulkRequest request, CancellationToken cancellationToken = default)
    {
        if (Check(request) is { } refusal)
            return new BulkOutcome.Refused(refusal);
        request = request with { Slug = await users.SpelledAsync(request.Slug, cancellationToken), Users = request.Users?.Distinct(StringComparer.Ordinal).ToList() };
        var total = await users.CountAsync(request, cancellationToken);
        if (request.IsDryRun)
            return new BulkOutcome.Planned(total);

        var (row, isNew) = await database.WriteAsync(session => BeginAsync(session, administrator, request, total), cancellationToken);
        if (isNew)
            Run(row, isResumed: false);
        return new BulkOutcome.Started(row.Id, isNew ? total : JsonSerializer.Deserialize(row.Data, LifecycleJson.Default.BulkData)!.AtCursor.Total);
    }

    public async Task<bool> CancelAsync(string operationId, string actorId, CancellationToken cancellationToken = default)
    {
        var ended = await database.WriteAsync(
            async session =>
            {
                if (await BulkRows.FindAsync(session, operationId) is not { } row)
                    return false;
                if (!await BulkRows.EndAsync(session, new EndBulkRow(operationId, "failed", null, null, "operation.cancelled: An administrator ended it. What was done stays.", Now)))
                    return false;
                var data = JsonSerializer.Deserialize(row.Data, LifecycleJson.Default.BulkData)!;
                var progress = row.Progress is null ? data.AtCursor : JsonSerializer.Deserialize(row.Progress, LifecycleJson.Default.BulkProgress)!;
                await TrailRows.InsertAsync(session, BulkTrails.Of(row, data with { ActorId = actorId }, progress, "berth.bulk.ended", "failed", "operation.cancelled", Now));
                return true;
            },
            cancellationToken);
        if (ended)
            changes.Changed(operationId);
        if (ended && _running.TryGetValue(operationId, out var running))
            await running.End.CancelAsync();
        return ended;
    }

    /// <summary>Goes on with what no process runs: at the start this node's own, later what other nodes left. Returns how many.</summary>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => BulkRows.AbandonedAsync(session, options.NodeName, Now), cancellationToken);
        var resumed = 0;
        foreach (var row in rows.Where(row => !_running.ContainsKey(row.Id)))
        {
            if (!await database.WriteAsync(session => BulkRows.TakeAsync(session, row, options.NodeName, LeaseUntil), cancellationToken))
                continue;
            Run(row, isResumed: true);
            LogResumed(row.Id, row.PluginSlug);
            resumed++;
        }

        return resumed;
    }

    /// <summary>Returns when nothing runs here any more.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_running.Values.Select(running => running.Run));

    /// <summary>Lets the users under way come to an end; the next start goes on.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await WhenIdleAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        // The container knows it under two types and disposes of it for each.
        if (_isDisposed)
            return;
        _isDisposed = true;
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task<(BulkRow Row, bool IsNew)> BeginAsync(DbSession session, OperationCaller administrator, BulkRequest request, long total)
    {
        if (administrator.IdempotencyKey is { } key && await BulkRows.OfKeyAsync(session, key) is { } known)
            return (known, false);
        var now = Now;
        var data = new BulkData
        {
            Operation = request.Operation,
            ActorId = administrator.ActorId,
            RequestId = administrator.RequestId,
            Version = request.Version,
            Grant = request.Grant,
            Users = request.Users,
            AtCursor = BulkProgress.Of(total),
        };
        var row = new BulkRow(
            OperationJournal.NewId(), administrator.ActorId, request.Slug, JsonSerializer.Serialize(data, LifecycleJson.Default.BulkData),
            JsonSerializer.Serialize(data.AtCursor, LifecycleJson.Default.BulkProgress), options.NodeName, LeaseUntil);
        await BulkRows.InsertAsync(session, new NewBulkRow(
            row.Id, row.UserId, row.PluginSlug, $$"""[{"name":"run","at":{{now}}}]""", row.Data, row.Progress!, row.Node, row.LeaseUntil, now, administrator.IdempotencyKey));
        await TrailRows.InsertAsync(session, BulkTrails.Of(row, data, data.AtCursor, "berth.bulk.started", "started", null, now));
        return (row, true);
    }

    private void Run(BulkRow row, bool isResumed)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        // In the dictionary before it runs, so that it cannot end before it is there.
        var started = new TaskCompletionSource();
        _running[row.Id] = (RunAsync(started.Task), end);
        started.SetResult();

        async Task RunAsync(Task begin)
        {
            await begin;
            await Task.Yield();
            try
            {
                await new BulkRun(row, isResumed, database, users, step, witness, changes, options, time).RunAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                // The server stops, or somebody ended it: the journal says which.
            }
            catch (Exception exception)
            {
                LogInterrupted(exception, row.Id);
            }
            finally
            {
                _running.TryRemove(row.Id, out _);
                end.Dispose();
            }
        }
    }

    private static OperationOutcome.Refused? Check(BulkRequest request) =>
        !BulkRequest.Operations.Contains(request.Operation, StringComparer.Ordinal)
            ? new(RefusalKind.Unprocessable, "bulk.operation", $"'operation' is one of {string.Join(", ", BulkRequest.Operations)}.", [])
        : !StorePaths.IsSlug(request.Slug)
            ? new(RefusalKind.NotFound, "plugin.unknown", "There is no such plugin. Slugs are letters, digits, '.', '_' and '-', 2 to 64, and start with a letter.", [])
        : request.Users is { Count: 0 or > MostUsers }
            ? new(RefusalKind.Unprocessable, "bulk.users", $"'users' is \"all\" or a list of 1 to {MostUsers} user ids.", [])
        : null;

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Operation {Operation} on {Plugin} for many users goes on where it was")]
    private partial void LogResumed(string operation, string plugin);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Operation {Operation} for many users was interrupted and will be taken up again")]
    private partial void LogInterrupted(Exception exception, string operation);
}
