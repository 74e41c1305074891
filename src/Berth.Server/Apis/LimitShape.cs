using Berth.Host.Isolation;
using Berth.Host.States;

namespace Berth.Server.Apis;

/// <summary>How the limits in force look to administrators: the least of manifest, trust policy, rules and the host's own options.</summary>
internal static class LimitShape
{
    /// <summary>Those of an instance; <see langword="null"/> while nothing runs.</summary>
    public static object? Of(InstanceSnapshot instance, IIsolationLevels levels) => instance.Limits is not { } limits ? null
        : Of(limits, isWorker: instance.Isolation is not (null or IsolationLevels.None), instance.Isolation is { } level ? levels.Of(level).Unlimited : []);

    /// <summary>Limits, where they hold: in the host's own process there are two.</summary>
    public static object Of(WorkerLimits limits, bool isWorker, params IReadOnlyList<string> unlimited) => new
    {
        memory_bytes = isWorker ? limits.MemoryBytes : (long?)null,
        cpu_percent = isWorker && !unlimited.Contains("processor", StringComparer.Ordinal) ? Math.Round(limits.ProcessorShare * 100, 1) : (double?)null,
        processes = isWorker && !unlimited.Contains("processes", StringComparer.Ordinal) ? limits.Processes : (int?)null,
        open_files = isWorker ? limits.OpenFiles : (int?)null,
        file_size_bytes = isWorker ? limits.FileBytes : (long?)null,
        disk_bytes = isWorker ? limits.TemporaryBytes : (long?)null,
        execution_ms = Math.Round(limits.RequestTime.TotalMilliseconds),
        bandwidth_bytes = limits.NetworkBytesPerSecond,
    };
}
