using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Limits;

/// <summary>A control group in the unified hierarchy.</summary>
internal sealed class ControlGroupV2 : ControlGroup
{
    private readonly string _folder;

    public ControlGroupV2(string folder, double share, IsolationOptions options)
        : base([folder], share, options) => _folder = folder;

    /// <summary>Makes the folder and writes the limits.</summary>
    public static ControlGroupV2 Create(string parent, string name, long memoryBytes, WorkerLimits limits, IsolationOptions options)
    {
        var folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        var group = new ControlGroupV2(folder, limits.ProcessorShare, options);
        ControlGroupFolder.Write(folder, "memory.max", ControlGroupFolder.Text(memoryBytes));
        ControlGroupFolder.WriteIfThere(folder, "memory.swap.max", "0");
        ControlGroupFolder.WriteIfThere(folder, "memory.oom.group", "1");
        ControlGroupFolder.Write(folder, "pids.max", ControlGroupFolder.Text(limits.Processes));
        group.SetShare(limits.ProcessorShare * Math.Max(1, options.StartProcessorFactor));
        return group;
    }

    protected override void SetShare(double processors)
    {
        if (Directory.Exists(_folder))
            ControlGroupFolder.Write(_folder, "cpu.max", $"{ControlGroupFolder.Text((long)(processors * Period))} {ControlGroupFolder.Text(Period)}");
    }

    protected override WorkerFigures? ReadFigures()
    {
        var statistics = Path.Combine(_folder, "memory.stat");
        if (!File.Exists(statistics))
            return null;
        return new WorkerFigures(
            Field(statistics, "anon") + Field(statistics, "shmem"),
            TimeSpan.FromMicroseconds(Field(Path.Combine(_folder, "cpu.stat"), "usage_usec")),
            Field(Path.Combine(_folder, "memory.events"), "oom_kill"))
        {
            ProcessRefusals = Field(Path.Combine(_folder, "pids.events"), "max"),
            HeldPeriods = Field(Path.Combine(_folder, "cpu.stat"), "nr_throttled"),
        };
    }
}
