using System.Runtime.CompilerServices;
using Berth.Host.Isolation.Worker;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Isolation.Limits;

/// <summary>Reads every few seconds what the kernel counted of the workers, measures what it does not bound, and tells of the limits that they came to meanwhile.</summary>
internal sealed class LimitWatch(InstancePool pool, LimitTrail trail, Services.UsedCapabilities used, Services.DataUses data, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Held back now and then is a matter of rounding; at least half of the time it is the limit that one feels.
    private const long MostHeldPeriods = 25;

    private readonly ConditionalWeakTable<WorkerInstance, WorkerFigures> _seen = [];

    /// <summary>Looks at all workers.</summary>
    public void Round()
    {
        foreach (var running in pool.Running().ToList())
        {
            if (running.Parts is { Worker: { Figures: { } now } worker } parts)
                Compare(parts.Id, _seen.TryGetValue(worker, out var before) ? before : new WorkerFigures(0, TimeSpan.Zero, 0) { HeldPeriods = now.HeldPeriods }, now, worker);
            if (running.Parts is { Worker: { } one } its && one.EndIfDiskIsExceeded())
                trail.Note(its.Id, LimitTrail.Disk);
        }

        trail.Flush();
        used.Flush();
        data.Flush();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Round();
        }
        catch (OperationCanceledException)
        {
            // The host stops, and tells what it has not told yet: whoever writes the audit stops after this.
            used.Flush(all: true);
            data.Flush(all: true);
        }
    }

    private void Compare(PluginVersionId id, WorkerFigures before, WorkerFigures now, WorkerInstance worker)
    {
        _seen.AddOrUpdate(worker, now);
        if (now.OutOfMemoryKills > before.OutOfMemoryKills)
            trail.Note(id, LimitTrail.Memory, now.OutOfMemoryKills - before.OutOfMemoryKills);
        if (now.ProcessRefusals > before.ProcessRefusals)
            trail.Note(id, LimitTrail.Processes, now.ProcessRefusals - before.ProcessRefusals);
        if (now.HeldPeriods - before.HeldPeriods >= MostHeldPeriods)
            trail.Note(id, LimitTrail.Processor);
    }
}
