using Berth.Cli.Http;

namespace Berth.Cli.Commands;

/// <summary>How much of one processor each worker took between two samples, in percent.</summary>
internal sealed class ProcessorShares
{
    private readonly Dictionary<int, double> _shares = [];

    /// <summary>Compares two samples.</summary>
    /// <param name="before">The earlier one.</param>
    /// <param name="now">The later one.</param>
    /// <param name="elapsed">The time between them.</param>
    public ProcessorShares(IEnumerable<InstanceEntry> before, IEnumerable<InstanceEntry> now, TimeSpan elapsed)
    {
        var seconds = Workers(before).ToDictionary(worker => worker.ProcessId, worker => worker.CpuSeconds);
        foreach (var worker in Workers(now))
        {
            if (elapsed > TimeSpan.Zero && seconds.TryGetValue(worker.ProcessId, out var earlier) && worker.CpuSeconds >= earlier)
                _shares[worker.ProcessId] = (worker.CpuSeconds - earlier) / elapsed.TotalSeconds * 100;
        }
    }

    /// <summary>Of an instance's worker; <see langword="null"/> when it has none, or had another before.</summary>
    public double? Of(InstanceEntry instance) => instance.Worker is { } worker && _shares.TryGetValue(worker.ProcessId, out var share) ? share : null;

    private static IEnumerable<WorkerEntry> Workers(IEnumerable<InstanceEntry> instances) =>
        instances.Select(instance => instance.Worker).OfType<WorkerEntry>().DistinctBy(worker => worker.ProcessId);
}
