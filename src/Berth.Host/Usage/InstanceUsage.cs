using System.Collections.Concurrent;
using System.Diagnostics;

namespace Berth.Host.Usage;

/// <summary>
/// What the code of one version has used since the start of the process, over all its loads. Written by
/// <see cref="FlowPlace"/> as the version's flow enters and leaves threads.
/// </summary>
internal sealed class InstanceUsage
{
    private const string ProcessLevel = "process";
    private static readonly ConcurrentDictionary<PluginVersionId, InstanceUsage> All = new();
    private long _allocatedBytes;
    private long _busyTicks;
    private long _workerTicks;
    private long _heldCalls;
    private volatile string? _lastHeldCall;

    /// <summary>That of a version. The ambient scope is made in many places that know no more of the instance than its id.</summary>
    public static InstanceUsage Of(PluginVersionId id) => All.GetOrAdd(id, static _ => new InstanceUsage());

    public void Add(long bytes, long ticks)
    {
        Interlocked.Add(ref _allocatedBytes, bytes);
        Interlocked.Add(ref _busyTicks, ticks);
    }

    /// <summary>A worker of it used processor time since it was counted last.</summary>
    public void AddWorker(TimeSpan time) => Interlocked.Add(ref _workerTicks, Math.Max(0, time.Ticks));

    /// <summary>A call held a thread of the host past its time, and could not be ended.</summary>
    public void AddHeldCall(string call)
    {
        Interlocked.Increment(ref _heldCalls);
        _lastHeldCall = call;
    }

    public UsageSnapshot ToSnapshot()
    {
        var threads = FlowPlace.ThreadsOf(this);
        return new UsageSnapshot(
            Interlocked.Read(ref _allocatedBytes),
            TimeSpan.FromSeconds((double)Interlocked.Read(ref _busyTicks) / Stopwatch.Frequency) + threads.Aggregate(TimeSpan.Zero, (sum, thread) => sum + thread.For),
            threads,
            Interlocked.Read(ref _heldCalls),
            _lastHeldCall,
            _lastHeldCall is null ? null : ProcessLevel)
        {
            WorkerTime = TimeSpan.FromTicks(Interlocked.Read(ref _workerTicks)),
        };
    }
}
