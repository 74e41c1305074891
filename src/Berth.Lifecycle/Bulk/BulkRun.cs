using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Bulk;

/// <summary>
/// One bulk operation under way: page → each user of it, some at a time → the place to go on from moves behind the page.
/// A kill repeats at most one page, in which every user that was done is known by the key of their operation.
/// </summary>
internal sealed class BulkRun(
    BulkRow row, bool isResumed, IDatabase database, BulkUsers users, BulkStep step, IStepWitness witness, OperationChanges changes,
    LifecycleOptions options, TimeProvider time)
{
    private const int AtATime = 8;
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(500);
    private readonly Lock _counting = new();
    private BulkData _data = JsonSerializer.Deserialize(row.Data, LifecycleJson.Default.BulkData)!;
    private BulkProgress _progress = BulkProgress.Of(0);
    private long _shownAt;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long LeaseUntil => Now + (long)options.OperationLease.TotalMilliseconds;

    /// <summary>Runs until all users are done, somebody else has ended it, or the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _progress = _data.AtCursor;
        var renewal = RenewAsync(end);
        try
        {
            for (var wasBegun = isResumed; ; wasBegun = false)
            {
                var (page, cursor) = await users.PageAsync(_data, row.PluginSlug, end.Token);
                if (page.Count == 0)
                    break;
                await Parallel.ForEachAsync(
                    page, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = end.Token },
                    async (user, cancellationToken) => await CountAsync(await step.RunAsync(row.Id, row.PluginSlug, _data, user, wasBegun, cancellationToken)));
                if (!await AdvanceAsync(cursor))
                    return;
                await witness.ReachedAsync(BulkRows.Kind, "page");
            }

            await EndAsync();
        }
        finally
        {
            await end.CancelAsync();
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask CountAsync(BulkFailure? failure)
    {
        BulkProgress now;
        lock (_counting)
        {
            now = _progress = _progress.With(failure);
            if (Now - _shownAt < ShowEvery.TotalMilliseconds)
                return;
            _shownAt = Now;
        }

        await ShowAsync(now);
    }

    private Task<bool> ShowAsync(BulkProgress progress) => WriteAsync(
        session => BulkRows.ShowAsync(session, row.Id, options.NodeName, JsonOf(progress), LeaseUntil, Now));

    private Task<bool> AdvanceAsync(string cursor)
    {
        _data = _data with { Cursor = cursor, AtCursor = _progress };
        var data = JsonSerializer.Serialize(_data, LifecycleJson.Default.BulkData);
        return WriteAsync(session => BulkRows.AdvanceAsync(session, row.Id, options.NodeName, data, JsonOf(_progress), LeaseUntil, Now));
    }

    /// <summary>Writes, and tells who watches the operation when it is committed.</summary>
    private async Task<bool> WriteAsync(Func<DbSession, Task<bool>> work)
    {
        var isOurs = await database.WriteAsync(work);
        changes.Changed(row.Id);
        return isOurs;
    }

    /// <summary>It succeeded when it did for anybody, or when there was nobody to do it for; the progress tells the rest.</summary>
    private Task<bool> EndAsync()
    {
        var hasFailed = _progress is { Succeeded: 0, Failed: > 0 };
        var result = new OperationResult
        {
            OperationId = row.Id,
            Kind = BulkRows.Kind,
            Slug = row.PluginSlug,
            PluginId = row.PluginSlug,
            Version = _data.Version ?? "",
            Notes = [$"{_data.Operation} of {row.PluginSlug}: done for {_progress.Succeeded} of {_progress.Total} users, failed for {_progress.Failed}."],
        };
        var (state, code) = hasFailed ? ("failed", _progress.Failures[0].Code) : ("succeeded", null);
        return WriteAsync(async session =>
        {
            var ended = await BulkRows.EndAsync(session, new EndBulkRow(
                row.Id, state, JsonOf(_progress), JsonSerializer.Serialize(result, LifecycleJson.Default.OperationResult),
                hasFailed ? $"{code}: It worked for none of the users." : null, Now));
            if (ended)
                await TrailRows.InsertAsync(session, BulkTrails.Of(row, _data, _progress, "berth.bulk.ended", state, code, Now));
            return ended;
        });
    }

    /// <summary>Keeps the lease, and ends the run when somebody else has ended or taken the operation.</summary>
    private async Task RenewAsync(CancellationTokenSource end)
    {
        using var timer = new PeriodicTimer(options.OperationLease / 3, time);
        while (await timer.WaitForNextTickAsync(end.Token))
        {
            try
            {
                BulkProgress progress;
                lock (_counting)
                    progress = _progress;
                if (!await ShowAsync(progress))
                    await end.CancelAsync();
            }
            catch (DatabaseUnavailableException)
            {
                // The next tick tries again; the page's end finds out whether the lease was lost.
            }
        }
    }

    private static string JsonOf(BulkProgress progress) => JsonSerializer.Serialize(progress, LifecycleJson.Default.BulkProgress);
}
