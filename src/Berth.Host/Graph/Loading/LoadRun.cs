using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Graph.Loading;

/// <summary>
/// One pass through a plan. Every load has a completion that its dependants wait for: by event, never by asking again, and
/// whatever way the plan is gone through.
/// </summary>
internal sealed class LoadRun
{
    private readonly Dictionary<PluginVersionId, TaskCompletionSource<InstanceLoad>> _ends;
    private readonly Func<PluginVersionId, ValueTask<LeaseOutcome>> _lease;
    private readonly IHostEvents _events;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;

    public LoadRun(LoadPlan plan, Func<PluginVersionId, ValueTask<LeaseOutcome>> lease, IHostEvents events, TimeProvider time, CancellationToken cancellation)
    {
        (Plan, _lease, _events, _time, _cancellation) = (plan, lease, events, time, cancellation);
        _ends = plan.Start.ToDictionary(load => load.Id, _ => new TaskCompletionSource<InstanceLoad>(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public LoadPlan Plan { get; }

    /// <summary>How all of them ended, in the order of the plan. Complete when the way through the plan is.</summary>
    public async Task<IReadOnlyList<InstanceLoad>> EndsAsync() => await Task.WhenAll(Plan.Start.Select(load => _ends[load.Id].Task));

    /// <summary>Completes when everything that one needs or uses has ended, well or not.</summary>
    public Task NeedsOfAsync(PlannedLoad load)
    {
        var waitsFor = load.Needs.Concat(load.Uses).Where(id => !_ends[id].Task.IsCompleted).ToList();
        if (waitsFor.Count == 0)
            return Task.CompletedTask;
        _events.Raise(new DependencyWaiting(load.Id.Slug, load.Id.Version, [.. waitsFor.Select(id => id.ToString())]), load.Id);
        return Task.WhenAll(waitsFor.Select(id => _ends[id].Task));
    }

    /// <summary>Loads one once what it needs has ended; its failure, or theirs, is its end and no exception.</summary>
    public async Task LoadAsync(PlannedLoad load)
    {
        await NeedsOfAsync(load);
        var start = _time.GetTimestamp();
        GraphReason? failure;
        try
        {
            failure = _cancellation.IsCancellationRequested ? Cancelled(load) : await DeadNeedOfAsync(load) ?? await LeaseAsync(load.Id);
        }
        catch (Exception exception)
        {
            // The pool answers for what plugins do; this is the host's own fault or the store's, and still only this one's.
            failure = new GraphReason("plugin.load_failed", $"{load.Id} was not loaded: {exception.GetType().Name}: {exception.Message}");
        }

        _ends[load.Id].SetResult(new InstanceLoad(load.Id, load.IsCritical, _time.GetElapsedTime(start), failure));
    }

    private async Task<GraphReason?> DeadNeedOfAsync(PlannedLoad load)
    {
        var ends = await Task.WhenAll(load.Needs.Select(id => _ends[id].Task));
        var reasons = ends.Where(end => end.Failure is not null).Select(end => Because(load.Id, end.Id, end.Failure!.Message)).ToList();
        if (reasons.Count == 0)
            return null;
        _events.Raise(new DependencyUnmet(load.Id.Slug, load.Id.Version, reasons), load.Id);
        return new GraphReason("dependency.failed", string.Join(" ", reasons));
    }

    private async Task<GraphReason?> LeaseAsync(PluginVersionId id)
    {
        switch (await _lease(id))
        {
            case LeaseOutcome.Leased { Lease: var lease }:
                lease.Dispose();
                return null;
            case LeaseOutcome.Failed failed:
                return new GraphReason(failed.Code, failed.Reason);
            case LeaseOutcome.NotFound missing:
                return new GraphReason("plugin.not_found", missing.Reason);
            case var other:
                throw new InvalidOperationException($"The pool answered {other.GetType().Name}.");
        }
    }

    private static string Because(PluginVersionId id, PluginVersionId need, string why) => $"{id} needs {need}, which does not run: {why}";

    private static GraphReason Cancelled(PlannedLoad load) => new("host.stopping", $"{load.Id} was not loaded: loading was ended before its turn.");
}
