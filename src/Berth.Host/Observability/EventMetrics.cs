using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Berth.Events;

namespace Berth.Host.Observability;

/// <summary>What is counted by the events that tell of it, so that metrics and events cannot disagree.</summary>
internal sealed class EventMetrics
{
    private static readonly ConcurrentDictionary<Type, string> Types = new();
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private readonly PluginLabels _labels;
    private readonly Counter<long> _events;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _loads;
    private readonly Histogram<double> _loadTimes;
    private readonly Counter<long> _states;
    private readonly Counter<long> _retired;
    private readonly Counter<long> _leaked;
    private readonly Counter<long> _breakers;
    private readonly Counter<long> _guards;
    private readonly Counter<long> _services;
    private readonly Counter<long> _limits;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _traffic;

    public EventMetrics(IMeterFactory meters, PluginLabels labels)
    {
        _labels = labels;
        var meter = meters.Create(HostTelemetry.MeterName);
        _events = meter.CreateCounter<long>("events_published_total", null, "Events that the host raised, by type.");
        _dropped = meter.CreateCounter<long>("events_dropped_total", null, "Events that were not delivered to a reader because it was too slow.");
        _loads = meter.CreateCounter<long>("plugin_loads_total", null, "Loads and reloads, by how they ended.");
        _loadTimes = meter.CreateHistogram("plugin_load_duration_seconds", "s", "Time until a version ran.", null, Seconds);
        _states = meter.CreateCounter<long>("plugin_state_changes_total", null, "Changes of instances' states.");
        _retired = meter.CreateCounter<long>("plugin_retirements_total", null, "Instances that were unloaded, by the reason.");
        _leaked = meter.CreateCounter<long>("plugin_leaks_total", null, "Instances that stayed in memory after their unload.");
        _breakers = meter.CreateCounter<long>("plugin_breaker_transitions_total", null, "Changes of circuit breakers' states.");
        _guards = meter.CreateCounter<long>("plugin_guard_refusals_total", null, "Requests that guards did not let through, by the reason.");
        _services = meter.CreateCounter<long>("plugin_service_changes_total", null, "Services that plugins offered, withdrew, were bound to or were refused.");
        _limits = meter.CreateCounter<long>("plugin_limits_exceeded_total", null, "Times a plugin passed one of its limits.");
        _connections = meter.CreateCounter<long>("plugin_network_connections_total", null, "Connections that plugins asked for, by what became of them.");
        _traffic = meter.CreateCounter<long>("plugin_network_bytes_total", null, "Bytes that went through plugins' connections, counted when one ends.");
    }

    public void Note(BerthEvent happened)
    {
        _events.Add(1, new KeyValuePair<string, object?>("type", TypeOf(happened)));
        switch (happened)
        {
            case LoadingCompleted loaded:
                Count(_loads, loaded.Slug, "outcome", "succeeded");
                _loadTimes.Record(loaded.Milliseconds / 1000, Slug(loaded.Slug));
                break;
            case LoadingFailed failed:
                Count(_loads, failed.Slug, "outcome", "failed");
                break;
            case InstanceReloaded reloaded:
                Count(_loads, reloaded.Slug, "outcome", "reloaded");
                _loadTimes.Record(reloaded.Milliseconds / 1000, Slug(reloaded.Slug));
                break;
            case InstanceReloadFailed failed:
                Count(_loads, failed.Slug, "outcome", "reload_failed");
                break;
            case InstanceStateChanged changed:
                _states.Add(1, new("from", changed.From), new KeyValuePair<string, object?>("to", changed.To));
                break;
            case InstanceRetired retired:
                Count(_retired, retired.Slug, "reason", retired.Reason);
                break;
            case InstanceLeaked leaked:
                _leaked.Add(1, Slug(leaked.Slug));
                break;
            case EventsDropped dropped:
                _dropped.Add(dropped.Count);
                break;
            default:
                NoteProtection(happened);
                break;
        }
    }

    private void NoteProtection(BerthEvent happened)
    {
        switch (happened)
        {
            case BreakerOpened opened:
                Count(_breakers, opened.Slug, "to", "open");
                break;
            case BreakerHalfOpened halfOpened:
                Count(_breakers, halfOpened.Slug, "to", "half_open");
                break;
            case BreakerClosed closed:
                Count(_breakers, closed.Slug, "to", "closed");
                break;
            case GuardDenied denied:
                Count(_guards, denied.Slug, "reason", "denied");
                break;
            case GuardFailed failed:
                Count(_guards, failed.Slug, "reason", "failed");
                break;
            case GuardMissing missing:
                Count(_guards, missing.Slug, "reason", "missing");
                break;
            case ServiceOffered offered:
                Count(_services, offered.Slug, "change", "offered");
                break;
            case Berth.Events.ServiceWithdrawn withdrawn:
                Count(_services, withdrawn.Slug, "change", "withdrawn");
                break;
            case ServiceBound bound:
                Count(_services, bound.Slug, "change", "bound");
                break;
            case ServiceRefused refused:
                Count(_services, refused.Slug, "change", "refused");
                break;
            case NetworkConnectionOpened opened:
                Count(_connections, opened.Slug, "outcome", "opened");
                break;
            case NetworkConnectionRefused refused:
                _connections.Add(refused.Count, new("outcome", refused.Code["network.".Length..]), Slug(refused.Slug));
                break;
            case NetworkConnectionClosed closed:
                _traffic.Add(closed.BytesSent, new("direction", "sent"), Slug(closed.Slug));
                _traffic.Add(closed.BytesReceived, new("direction", "received"), Slug(closed.Slug));
                break;
            case CallTimeExceeded late:
                Count(_limits, late.Slug, "limit", "call_time");
                break;
            case StartTimeExceeded late:
                Count(_limits, late.Slug, "limit", "start_time");
                break;
            case ThreadHeld held:
                Count(_limits, held.Slug, "limit", "thread_held");
                break;
            case LimitReached reached:
                _limits.Add(reached.Count, new("limit", reached.Limit), Slug(reached.Slug));
                break;
        }
    }

    private void Count(Counter<long> counter, string slug, string label, string value) => counter.Add(1, new(label, value), Slug(slug));

    private static string TypeOf(BerthEvent happened) =>
        Types.GetOrAdd(happened.GetType(), static record => record.GetCustomAttribute<EventTypeAttribute>()?.Type ?? "unknown");

    private KeyValuePair<string, object?> Slug(string slug) => new("plugin_slug", _labels.Of(slug));
}
