using System.Diagnostics.Metrics;
using Berth.Host.Events;
using Berth.Host.Health;
using Berth.Host.Isolation;
using Berth.Host.States;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Observability;

/// <summary>What is true of the pool at the moment of a collection; nothing is counted in between.</summary>
internal sealed class PoolMetrics(IMeterFactory meters, IInstancePool pool, IEventBus bus, ISpareWorkers spares, PluginLabels labels) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(HostTelemetry.MeterName);
        meter.CreateObservableGauge("active_lifecycle_managers", () => pool.Statistics.Active, null, "Instances that are loaded now: one a plugin version, however many users it has.");
        meter.CreateObservableGauge("plugin_instances", States, null, "Plugin versions that were asked for, by the state they are in.");
        meter.CreateObservableGauge("plugin_instance_leases", () => ByPlugin(instance => instance.Leases), null, "Leases on instances that are held now: calls under way.");
        meter.CreateObservableGauge("plugin_memory_usage_bytes", () => ByPlugin(instance => instance.CodeBytes), "By", "Memory that is known to be held by a plugin's loaded instances: their code.");
        meter.CreateObservableCounter("plugin_allocated_bytes_total", () => ByPlugin(instance => instance.Usage?.AllocatedBytes ?? 0), null, "Managed memory that a plugin's code allocated, collected since or not.");
        meter.CreateObservableGauge("plugin_process_resident_memory_bytes", () => ByPlugin(instance => instance.Worker?.MemoryBytes), null, "Resident memory of the worker processes of a plugin.");
        meter.CreateObservableCounter("plugin_process_cpu_seconds_total", ProcessorSeconds, null, "Processor time of the worker processes of a plugin, those that have ended included.");
        meter.CreateObservableGauge("worker_spares", Spares, null, "Workers that are started, hold no plugin and wait for one.");
        meter.CreateObservableGauge("plugin_breaker_state", Breakers, null, "Circuit breakers: 0 closed, 1 half open, 2 open; of several versions the worst.");
        meter.CreateObservableGauge("events_waiting", () => bus.Statistics.Readers.Sum(reader => reader.Depth), null, "Events that wait for their readers.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Every state, also those that nothing is in: a series that comes and goes cannot be alerted on.
    private IEnumerable<Measurement<int>> States()
    {
        var counts = pool.Snapshot().CountBy(instance => instance.State).ToDictionary();
        return Enum.GetValues<InstanceState>().Select(state => new Measurement<int>(
            counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())));
    }

    // Versions and plugins that share a label are summed here: two values of one series would hide each other.
    private IEnumerable<Measurement<long>> ByPlugin(Func<InstanceSnapshot, long?> figure) => pool.Snapshot()
        .Select(instance => (instance.Id.Slug, Figure: figure(instance)))
        .Where(each => each.Figure is not null)
        .GroupBy(each => labels.Of(each.Slug), each => each.Figure!.Value, StringComparer.Ordinal)
        .Select(group => new Measurement<long>(group.Sum(), new KeyValuePair<string, object?>("plugin_slug", group.Key)));

    // A plugin that never ran in a worker has no series.
    private IEnumerable<Measurement<double>> ProcessorSeconds() => pool.Snapshot()
        .Where(instance => instance.Usage is { WorkerTime.Ticks: > 0 })
        .GroupBy(instance => labels.Of(instance.Id.Slug), instance => instance.Usage!.WorkerTime.TotalSeconds, StringComparer.Ordinal)
        .Select(group => new Measurement<double>(group.Sum(), new KeyValuePair<string, object?>("plugin_slug", group.Key)));

    // Also when none waits, for the one level that has spares.
    private IEnumerable<Measurement<int>> Spares()
    {
        var counts = spares.Waiting.CountBy(spare => spare.Level, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        counts.TryAdd(IsolationLevels.Process, 0);
        return counts.Select(count => new Measurement<int>(count.Value, new KeyValuePair<string, object?>("level", count.Key)));
    }

    private IEnumerable<Measurement<int>> Breakers() => pool.Snapshot()
        .Where(instance => instance.Breaker is not null)
        .GroupBy(instance => labels.Of(instance.Id.Slug), instance => Badness(instance.Breaker!.State), StringComparer.Ordinal)
        .Select(group => new Measurement<int>(group.Max(), new KeyValuePair<string, object?>("plugin_slug", group.Key)));

    private static int Badness(BreakerState state) => state switch
    {
        BreakerState.Closed => 0,
        BreakerState.HalfOpen => 1,
        _ => 2,
    };
}
