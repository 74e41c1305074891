using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Services;

namespace Berth.Host.Pipeline;

/// <summary>
/// From a version's id to a running instance: discover → verify → resolve → place → load → start. The first four are the host's
/// own code; the last two run the plugin's and have the start budget.
/// </summary>
internal sealed class InstancePipeline(
    DiscoverStage discover, VerifyStage verify, ResolveStage resolve, PlaceStage place, LoadStage load, StartStage start,
    IHostEvents events, HostOptions options, TimeProvider time)
{
    // Hundreds of cold versions at once would starve each other past their budgets. More turns than processors, because a
    // plugin that hangs in its start keeps its turn until its budget ends.
    private readonly SemaphoreSlim _turns = new(Math.Max(8, 4 * Environment.ProcessorCount));
    private readonly IPipelineStage[] _own = [discover, verify, resolve, place];
    private readonly IPipelineStage[] _foreign = [load, start];

    /// <summary>Fills <paramref name="parts"/>. Never throws what a plugin threw.</summary>
    /// <param name="parts">Empty.</param>
    /// <param name="givenUp">Cancelled when nobody wants the version to run any more: it ends at once, with a fault, whatever the plugin's code does.</param>
    public async Task<PipelineOutcome> RunAsync(InstanceParts parts, CancellationToken givenUp)
    {
        if (await RunAsync(_own, parts, givenUp) is { } refused)
            return Ended(parts, refused, Task.CompletedTask);

        // The budget begins with the turn: waiting for others is not the plugin's fault.
        if (!await HasTurnAsync(givenUp))
            return GivenUp(parts, Task.CompletedTask);
        try
        {
            return await RunForeignAsync(parts, givenUp);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The next run looks at what the store has then.</summary>
    public void Forget(PluginVersionId id) => discover.Forget(id);

    private async Task<bool> HasTurnAsync(CancellationToken givenUp)
    {
        try
        {
            await _turns.WaitAsync(givenUp);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<PipelineOutcome> RunForeignAsync(InstanceParts parts, CancellationToken givenUp)
    {
        // On the pool and without the caller's execution context: whatever the plugin's timers and tasks capture there,
        // they do not capture the request that happened to be first.
        var budget = Budget(parts);
        var overdue = new CancellationTokenSource(budget, time);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, givenUp);
        var foreign = ForeignCode.RunAsync(new PluginScope(parts.Id, userId: null), () => RunAsync(_foreign, parts, ending.Token));
        // Not before it has really ended: what is disposed cancels nothing.
        _ = foreign.ContinueWith(
            _ =>
            {
                ending.Dispose();
                overdue.Dispose();
            },
            TaskScheduler.Default);
        try
        {
            return Ended(parts, await foreign.WaitAsync(budget, time, givenUp), Task.CompletedTask);
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested)
        {
            return GivenUp(parts, foreign);
        }
        catch (TimeoutException)
        {
            var reason = $"{parts.Id} did not start within {budget.TotalSeconds:0.###} s. The budget is the host's StartBudget or the manifest's monitoring.performance.maxStartupTime, whichever is shorter.";
            events.Raise(new StartTimeExceeded(parts.Id.Slug, parts.Id.Version, budget.TotalMilliseconds), parts.Id);
            return Ended(parts, new StageFault("plugin.start_timeout", reason), foreign);
        }
    }

    private async Task<StageFault?> RunAsync(IPipelineStage[] stages, InstanceParts parts, CancellationToken cancellationToken)
    {
        foreach (var stage in stages)
        {
            Reached(parts, stage);
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await stage.RunAsync(parts, cancellationToken) is { } fault)
                    return fault;
            }
            catch (Exception exception)
            {
                return new StageFault(stage.FaultCode, $"{parts.Id} cannot run: {ForeignCode.Describe(exception)}");
            }
        }

        return null;
    }

    private void Reached(InstanceParts parts, IPipelineStage stage)
    {
        var before = Array.IndexOf(_own, stage);
        var done = before >= 0 ? before : _own.Length + Array.IndexOf(_foreign, stage);
        parts.Phase = stage.Phase;
        events.Raise(new LoadingProgress(parts.Id.Slug, parts.Id.Version, stage.Phase, 100 * done / (_own.Length + _foreign.Length)), parts.Id);
    }

    // Whoever gave it up knows why, and says so.
    private static PipelineOutcome GivenUp(InstanceParts parts, Task stray) =>
        Ended(parts, new StageFault("plugin.load_failed", $"{parts.Id} was not wanted any more while it was loaded.", IsRetried: false), stray);

    private static PipelineOutcome Ended(InstanceParts parts, StageFault? fault, Task stray) => new(fault, stray, parts.Phase);

    private TimeSpan Budget(InstanceParts parts) => parts.Files?.Manifest.Monitoring.MaxStartupTime is { } milliseconds
        && TimeSpan.FromMilliseconds(milliseconds) < options.StartBudget
            ? TimeSpan.FromMilliseconds(milliseconds)
            : options.StartBudget;
}

/// <summary>How the pipeline ended.</summary>
/// <param name="Fault">Why there is no running instance; <see langword="null"/> when there is one.</param>
/// <param name="Stray">What still runs after its budget.</param>
/// <param name="Phase">The stage that was reached.</param>
internal sealed record PipelineOutcome(StageFault? Fault, Task Stray, string Phase);
