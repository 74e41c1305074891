using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Pipeline;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Graph;

/// <summary>Brings up what one version depends on, before its own code is loaded.</summary>
/// <param name="reader">What the store has.</param>
/// <param name="plans">What was chosen for those that are loaded together.</param>
/// <param name="pool">Where dependencies run; asked for late, because the pool loads through this.</param>
/// <param name="waits">Who waits for whom.</param>
/// <param name="holds">Who is needed by whom.</param>
/// <param name="events">Where it says what happened.</param>
/// <param name="options">Where versions may run.</param>
/// <param name="logger">For what is used and does not run.</param>
internal sealed partial class DependencyResolution(
    GraphReader reader, PlansInForce plans, Func<IInstancePool> pool, DependencyWaits waits, DependencyHolds holds, IHostEvents events, HostOptions options, Isolation.IPlacementRules rules,
    ILogger<DependencyResolution> logger)
{
    /// <summary>
    /// Before: nothing of the version is loaded. After: everything it needs runs and is held for it, or the fault says what does
    /// not and why. After a failure: nothing is held.
    /// </summary>
    public async Task<(StageFault? Fault, IReadOnlyList<IDisposable> Holds)> ResolveAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        // Most need nobody: they pay for nothing. What may not run at all is told by the next stage.
        var version = GraphVersion.Of(files, options, rules);
        if ((version.Needs.Count == 0 && version.Uses.Count == 0) || version.Fault is not null)
            return (null, []);
        if (plans.Find(files.Id) is { } planned)
            return await BringUpAsync(planned);

        var plan = LoadPlanner.Plan([files.Id], await reader.ReadAsync([files.Id], cancellationToken));
        if (plan.Refused is [var refused, ..])
            return (Refuse(plan, refused), []);
        using (plans.Begin(plan))
            return await BringUpAsync(plan.Start.Single(load => load.Id == files.Id));
    }

    private async Task<(StageFault? Fault, IReadOnlyList<IDisposable> Holds)> BringUpAsync(PlannedLoad load)
    {
        var (id, all) = (load.Id, load.Needs.Concat(load.Uses).ToList());
        events.Raise(new DependencyResolved(id.Slug, id.Version, [.. all.Select(need => need.ToString())]), id);
        if (waits.TryBegin(id, all) is not { } wait)
        {
            var circle = $"{id} needs {string.Join(", ", all)}, and one of them waits for {id} itself: the store has changed while they were loaded. Try again.";
            return (Unmet(id, "dependency.cycle", [circle]), []);
        }

        using (wait)
        {
            var leases = all.Select(need => pool().LeaseAsync(need).AsTask()).ToList();
            if (leases.Exists(lease => !lease.IsCompleted))
                events.Raise(new DependencyWaiting(id.Slug, id.Version, [.. all.Where((_, i) => !leases[i].IsCompleted).Select(need => need.ToString())]), id);
            return Held(load, all.Zip(await Task.WhenAll(leases)));
        }
    }

    private (StageFault? Fault, IReadOnlyList<IDisposable> Holds) Held(PlannedLoad load, IEnumerable<(PluginVersionId Need, LeaseOutcome Outcome)> ends)
    {
        var held = new List<IDisposable>();
        var reasons = new List<string>();
        foreach (var (need, outcome) in ends)
        {
            if (outcome is LeaseOutcome.Leased { Lease: var lease })
            {
                held.Add(holds.Hold(need, load.Id));
                lease.Dispose();
            }
            else if (load.Needs.Contains(need))
            {
                reasons.Add($"{load.Id} needs {need}, which does not run: {ReasonOf(outcome)}");
            }
            else
            {
                LogUnused(load.Id, need, ReasonOf(outcome));
            }
        }

        if (reasons.Count == 0)
            return (null, held);
        held.ForEach(hold => hold.Dispose());
        return (Unmet(load.Id, "dependency.failed", reasons), []);
    }

    private StageFault Refuse(LoadPlan plan, LoadRefusal refused)
    {
        foreach (var circle in plan.Circles)
            events.Raise(new DependencyCycle([.. circle.Select(member => member.ToString())]));
        return Unmet(refused.Id, refused.Code, [.. refused.Reasons.Select(reason => reason.Message)]);
    }

    // Not retried by a back-off of its own: the dependency has one, and when it runs again, so may this.
    private StageFault Unmet(PluginVersionId id, string code, IReadOnlyList<string> reasons)
    {
        events.Raise(new DependencyUnmet(id.Slug, id.Version, reasons), id);
        return new StageFault(code, string.Join(" ", reasons), IsRetried: false);
    }

    private static string ReasonOf(LeaseOutcome outcome) => outcome switch
    {
        LeaseOutcome.Failed failed => failed.Reason,
        LeaseOutcome.NotFound missing => missing.Reason,
        _ => throw new InvalidOperationException($"The pool answered {outcome.GetType().Name}."),
    };

    [LoggerMessage(1305, LogLevel.Information, "{Plugin} runs without {Used}: {Reason}")]
    private partial void LogUnused(PluginVersionId plugin, PluginVersionId used, string reason);
}
