using Berth.Events;
using Berth.Host.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation;

/// <summary>
/// Brings changed rules to what runs: a version that would be placed elsewhere now, or whose worker would get other limits
/// or has a kernel that was told of capabilities that a policy has taken away, or given, since, is reloaded there without a gap, within
/// half a minute. In process only the time of a request and the bandwidth are limits, and need no reload. A version that does not come up there does not
/// go on where it may not run.
/// </summary>
internal sealed partial class PlacementFollower(InstancePool pool, IPlacementRules rules, ITrustCeilings ceilings, HostOptions options, IHostEvents events, TimeProvider time, ILogger<PlacementFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Looks at all that runs.</summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> RoundAsync()
    {
        var moved = 0;
        foreach (var running in pool.Running().ToList())
        {
            if (running.Parts is not { Files: { } files } parts)
                continue;
            var rule = rules.Of(parts.Id.Slug, files.TrustLevel);
            var limits = WorkerLimits.Of(files.Manifest, rule, options);
            if (Change(parts, files, rule, limits) is not { } to)
            {
                running.Take(limits);
                continue;
            }

            moved++;
            events.Raise(new IsolationMoved(parts.Id.Slug, parts.Id.Version, parts.Isolation, to, "the rules changed"), parts.Id);
            if (await pool.ReloadAsync(parts.Id) is ReloadOutcome.Failed failed)
            {
                LogNotMoved(parts.Id, to, failed.Reason);
                if (IsolationLevels.Strength(to) > IsolationLevels.Strength(parts.Isolation))
                    await pool.UnloadAsync(parts.Id);
            }
        }

        return moved;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = Generation;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Generation;
            if (now == seen)
                continue;
            try
            {
                await RoundAsync();
                seen = now;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    private (int Rules, int Ceilings) Generation => (rules.Generation, ceilings.Generation);

    // The kernel's filter cannot be changed while the worker runs.
    private bool HasOtherCapabilities(Pipeline.InstanceParts parts, PluginVersionFiles files) => parts.WorkerCapabilities is { } known
        && !known.SetEquals(files.Manifest.Security.Capabilities.Where(name => ceilings.Permits(parts.Id.Slug, files.TrustLevel, name)));

    // Where it would run now; null when that is where it runs.
    private string? Change(Pipeline.InstanceParts parts, PluginVersionFiles files, PlacementRule? rule, WorkerLimits limits)
    {
        var decision = PlacementPolicy.Decide(files.Manifest, files.TrustLevel, options, rule);
        // Its reload is refused, and then it is unloaded.
        if (decision is PlacementOutcome.Refused { Code: PlacementPolicy.VmOnly })
            return IsolationLevels.Vm;
        // A quarantine ends it in another way.
        if (decision is not PlacementOutcome.Placed placed)
            return null;
        // Its code keeps it out of the host's process whatever the rules say.
        var level = parts.PlacedBecause is not null && placed.Isolation == IsolationLevels.None ? IsolationLevels.Process : placed.Isolation;
        return level != parts.Isolation || (level != IsolationLevels.None && limits != parts.Limits) || HasOtherCapabilities(parts, files) ? level : null;
    }

    [LoggerMessage(1711, LogLevel.Error, "{Plugin} could not be moved to isolation level {Level}: {Reason}")]
    private partial void LogNotMoved(PluginVersionId plugin, string level, string reason);

    [LoggerMessage(1712, LogLevel.Error, "What runs could not be compared with the changed rules; it is tried again")]
    private partial void LogFailed(Exception exception);
}
