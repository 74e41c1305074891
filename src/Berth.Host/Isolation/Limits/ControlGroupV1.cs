using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Limits;

/// <summary>A control group in the old hierarchies, one a controller.</summary>
internal sealed class ControlGroupV1 : ControlGroup
{
    private readonly IReadOnlyDictionary<string, string> _byController;

    public ControlGroupV1(IReadOnlyDictionary<string, string> byController, double share, IsolationOptions options)
        : base([.. byController.Values.Distinct(StringComparer.Ordinal)], share, options) => _byController = byController;

    /// <summary>Makes the folders and writes the limits.</summary>
    public static ControlGroupV1 Create(IReadOnlyDictionary<string, string> parents, string name, long memoryBytes, WorkerLimits limits, IsolationOptions options)
    {
        var folders = parents.ToDictionary(pair => pair.Key, pair => Path.Combine(pair.Value, name), StringComparer.Ordinal);
        foreach (var folder in folders.Values.Distinct(StringComparer.Ordinal))
            Directory.CreateDirectory(folder);
        var group = new ControlGroupV1(folders, limits.ProcessorShare, options);
        if (folders.TryGetValue("memory", out var memory))
        {
            ControlGroupFolder.Write(memory, "memory.limit_in_bytes", ControlGroupFolder.Text(memoryBytes));
            ControlGroupFolder.WriteIfThere(memory, "memory.memsw.limit_in_bytes", ControlGroupFolder.Text(memoryBytes));
        }

        if (folders.TryGetValue("pids", out var pids))
            ControlGroupFolder.Write(pids, "pids.max", ControlGroupFolder.Text(limits.Processes));
        group.SetShare(limits.ProcessorShare * Math.Max(1, options.StartProcessorFactor));
        return group;
    }

    protected override void SetShare(double processors)
    {
        if (!_byController.TryGetValue("cpu", out var folder) || !Directory.Exists(folder))
            return;
        ControlGroupFolder.Write(folder, "cpu.cfs_period_us", ControlGroupFolder.Text(Period));
        ControlGroupFolder.Write(folder, "cpu.cfs_quota_us", ControlGroupFolder.Text((long)(processors * Period)));
    }

    protected override WorkerFigures? ReadFigures()
    {
        if (!_byController.TryGetValue("memory", out var memory))
            return null;
        var statistics = Path.Combine(memory, "memory.stat");
        var time = _byController.TryGetValue("cpuacct", out var account)
            ? TimeSpan.FromMicroseconds(ControlGroupFolder.Number(File.ReadAllText(Path.Combine(account, "cpuacct.usage"))) / 1000.0)
            : TimeSpan.Zero;
        return new WorkerFigures(
            Field(statistics, "total_rss") + Field(statistics, "total_shmem"), time, Field(Path.Combine(memory, "memory.oom_control"), "oom_kill"))
        {
            ProcessRefusals = _byController.TryGetValue("pids", out var pids) ? Field(Path.Combine(pids, "pids.events"), "max") : 0,
            HeldPeriods = _byController.TryGetValue("cpu", out var processor) ? Field(Path.Combine(processor, "cpu.stat"), "nr_throttled") : 0,
        };
    }
}
