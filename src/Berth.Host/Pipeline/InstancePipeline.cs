using Berth.Host.Services;

namespace Berth.Host.Pipeline;

/// <summary>
/// From a version's id to a running instance: find → place → load → configure → start. The first two are the host's own
/// code; the rest runs the plugin's code and has the start budget.
/// </summary>
internal sealed class InstancePipeline(
    FindStage find, PlaceStage place, LoadStage load, ConfigureStage configure, StartStage start, HostOptions options, TimeProvider time)
{
    // Hundreds of cold versions at once would starve each other past their budgets. More turns than processors, because a
    // plugin that hangs in its start keeps its turn until its budget ends.
    private readonly SemaphoreSlim _turns = new(Math.Max(8, 4 * Environment.ProcessorCount));
    private readonly IPipelineStage[] _own = [find, place];
    private readonly IPipelineStage[] _foreign = [load, configure, start];

    /// <summary>Fills <paramref name="parts"/>. Never throws what a plugin threw.</summary>
    public async Task<PipelineOutcome> RunAsync(InstanceParts parts)
    {
        if (await RunAsync(_own, parts, CancellationToken.None) is { } refused)
            return new PipelineOutcome(refused, Task.CompletedTask);

        // The budget begins with the turn: waiting for others is not the plugin's fault.
        await _turns.WaitAsync();
        try
        {
            return await RunForeignAsync(parts);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<PipelineOutcome> RunForeignAsync(InstanceParts parts)
    {
        // On the pool and without the caller's execution context: whatever the plugin's timers and tasks capture there,
        // they do not capture the request that happened to be first.
        var budget = Budget(parts);
        using var overdue = new CancellationTokenSource(budget, time);
        var foreign = ForeignCode.RunAsync(() => RunAsync(_foreign, parts, overdue.Token));
        try
        {
            return new PipelineOutcome(await foreign.WaitAsync(budget, time), Task.CompletedTask);
        }
        catch (TimeoutException)
        {
            var reason = $"{parts.Id} did not start within {budget.TotalSeconds:0.###} s. The budget is the host's StartBudget or the manifest's monitoring.performance.maxStartupTime, whichever is shorter.";
            return new PipelineOutcome(new StageFault("plugin.start_timeout", reason), foreign);
        }
    }

    private static async Task<StageFault?> RunAsync(IPipelineStage[] stages, InstanceParts parts, CancellationToken cancellationToken)
    {
        foreach (var stage in stages)
        {
            try
            {
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

    private TimeSpan Budget(InstanceParts parts) => parts.Files?.Manifest.Monitoring.MaxStartupTime is { } milliseconds
        && TimeSpan.FromMilliseconds(milliseconds) < options.StartBudget
            ? TimeSpan.FromMilliseconds(milliseconds)
            : options.StartBudget;
}

/// <summary>How the pipeline ended.</summary>
/// <param name="Fault">Why there is no running instance; <see langword="null"/> when there is one.</param>
/// <param name="Stray">What still runs after its budget.</param>
internal sealed record PipelineOutcome(StageFault? Fault, Task Stray);
