using Berth.Host;
using Berth.Host.Isolation;
using Berth.Host.Observability;
using Berth.Host.States;
using Berth.Lifecycle.DesiredStates;

namespace Berth.Server.Apis;

/// <summary>How an instance looks to administrators.</summary>
internal static class InstanceShapes
{
    public static object Of(InstanceSnapshot instance, CallFigures minute, IReadOnlyList<DesiredState> desired, IIsolationLevels levels) => new
    {
        slug = instance.Id.Slug,
        version = instance.Id.Version,
        state = Name(instance.State),
        instance.Reason,
        instance.Isolation,
        instance.Leases,
        instance.Replaced,
        instance.LoadedAt,
        instance.LastUsedAt,
        instance.RetryAt,
        instance.Calls,
        instance.Failures,
        instance.LastFailure,
        breaker = BreakerShape.Of(instance.Breaker),
        leak_roots = instance.LeakRoots,
        leaks = instance.Leaks,
        instance.Resources,
        worker = instance.Worker is { } worker
            ? new
            {
                worker.ProcessId,
                worker.MemoryBytes,
                worker.MemoryLimitBytes,
                cpu_seconds = Math.Round(worker.ProcessorTime.TotalSeconds, 3),
                worker.OutOfMemoryKills,
            }
            : null,
        limits = LimitShape.Of(instance, levels),
        threads = instance.Usage?.Threads.Select(thread => new { thread.Name, thread.Id, held_ms = Math.Round(thread.For.TotalMilliseconds) }),
        held_calls = instance.Usage?.HeldCalls,
        last_held_call = instance.Usage?.LastHeldCall,
        next_isolation = string.Equals(instance.Isolation, IsolationLevels.None, StringComparison.Ordinal) ? instance.Usage?.NextIsolation : null,
        instance.CodeBytes,
        allocated_bytes = instance.Usage?.AllocatedBytes,
        minute.CallsPerSecond,
        minute.FailuresPerSecond,
        p50_ms = minute.P50,
        p95_ms = minute.P95,
        p99_ms = minute.P99,
        desired = desired.Select(Shown),
    };

    /// <summary>One that is wanted, or wanted never to run, and has not been asked for since the start.</summary>
    public static object NotLoaded(PluginVersionId id, IReadOnlyList<DesiredState> desired) => new
    {
        slug = id.Slug,
        version = id.Version,
        state = Name(InstanceState.Discovered),
        leases = 0,
        calls = 0,
        failures = 0,
        desired = desired.Select(Shown),
    };

    public static string Name(InstanceState state) => state.ToString().ToLowerInvariant();

    private static object Shown(DesiredState state) => new { state.State, state.Reason, state.SetBy, state.SetAt };
}
