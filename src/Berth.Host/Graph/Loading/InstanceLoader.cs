using Berth.Events;
using Berth.Host.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Graph.Loading;

/// <summary>Reads the graph → plans → says what is refused → chooses a way → goes it → says how it ended.</summary>
internal sealed partial class InstanceLoader(
    IInstancePool pool, GraphReader reader, PlansInForce plans, IHostEvents events, TimeProvider time, ILogger<InstanceLoader> logger) : IInstanceLoader
{
    public async Task<LoadManyOutcome> LoadAsync(
        IReadOnlyCollection<PluginVersionId> wanted, LoadingStrategy? strategy = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var start = time.GetTimestamp();
        var plan = LoadPlanner.Plan(wanted, await reader.ReadAsync(wanted, cancellationToken));
        RaiseRefused(plan);
        var choice = strategy is { } given
            ? StrategyChoice.Given(given, plan, Environment.ProcessorCount)
            : StrategyChoice.Of(plan, Environment.ProcessorCount);
        RaiseChosen(plan, choice);
        var run = new LoadRun(plan, id => pool.LeaseAsync(id, CancellationToken.None), events, time, cancellationToken);
        using (plans.Begin(plan))
            await WayOf(choice.Strategy).RunAsync(run, choice.AtOnce);
        var loads = await run.EndsAsync();
        var outcome = new LoadManyOutcome(choice.Strategy, choice.Reason, time.GetElapsedTime(start), [.. loads, .. plan.Refused.Select(Refused)]);
        RaiseCompleted(outcome);
        return outcome;
    }

    private static ILoadingStrategy WayOf(LoadingStrategy strategy) => strategy switch
    {
        LoadingStrategy.Sequential => new SequentialLoading(),
        LoadingStrategy.Parallel => new ParallelLoading(),
        LoadingStrategy.Batch => new BatchLoading(),
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy."),
    };

    private static InstanceLoad Refused(LoadRefusal refusal) => new(refusal.Id, refusal.IsCritical, TimeSpan.Zero, new GraphReason(refusal.Code, refusal.Message));

    private void RaiseRefused(LoadPlan plan)
    {
        foreach (var circle in plan.Circles)
            events.Raise(new DependencyCycle([.. circle.Select(id => id.ToString())]));
        foreach (var refusal in plan.Refused)
        {
            events.Raise(new DependencyUnmet(refusal.Id.Slug, refusal.Id.Version, [.. refusal.Reasons.Select(reason => reason.Message)]), refusal.Id);
            LogRefused(refusal.Id, refusal.Code, refusal.Message);
        }

        foreach (var skipped in plan.Skipped)
            LogSkipped(skipped.Reason);
    }

    private void RaiseChosen(LoadPlan plan, StrategyChoice choice)
    {
        events.Raise(new LoadingStrategyChosen(choice.Strategy.ToString(), plan.Start.Count, plan.Levels.Count, choice.Reason));
        LogChosen(plan.Start.Count, choice.Strategy, choice.AtOnce, choice.Reason);
    }

    private void RaiseCompleted(LoadManyOutcome outcome)
    {
        var failed = outcome.Failed.Count();
        events.Raise(new LoadingManyCompleted(outcome.Strategy.ToString(), outcome.Loads.Count - failed, failed, outcome.Elapsed.TotalMilliseconds));
        LogCompleted(outcome.Loads.Count - failed, failed, outcome.Strategy, outcome.Elapsed);
    }

    [LoggerMessage(1301, LogLevel.Information, "Loading {Count} versions: {Strategy}, at most {AtOnce} at once, because {Reason}")]
    private partial void LogChosen(int count, LoadingStrategy strategy, int atOnce, string reason);

    [LoggerMessage(1302, LogLevel.Information, "{Loaded} versions run, {Failed} do not ({Strategy}, {Elapsed})")]
    private partial void LogCompleted(int loaded, int failed, LoadingStrategy strategy, TimeSpan elapsed);

    [LoggerMessage(1303, LogLevel.Warning, "{Plugin} is not loaded ({Code}): {Reason}")]
    private partial void LogRefused(PluginVersionId plugin, string code, string reason);

    [LoggerMessage(1304, LogLevel.Information, "{Reason}")]
    private partial void LogSkipped(string reason);
}
