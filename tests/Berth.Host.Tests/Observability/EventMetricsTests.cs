using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Observability;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Observability;

public sealed class EventMetricsTests : IDisposable
{
    private readonly RecordedEvents _recorded = new();
    private readonly ServiceProvider _services;
    private readonly Measured _measured;

    public EventMetricsTests()
    {
        var services = new ServiceCollection().AddMetrics().AddSingleton(new MetricsOptions()).AddSingleton<PluginLabels>().AddSingleton<EventMetrics>().AddSingleton<IHostEvents>(_recorded);
        MeasuredEvents.PutAround(services);
        _services = services.BuildServiceProvider();
        _measured = new Measured(_services);
    }

    public void Dispose()
    {
        _measured.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void An_event_goes_where_it_went_before_and_is_counted_by_its_type()
    {
        Raise(new CacheInvalidated("files", null, null, 3), new CacheInvalidated("files", null, null, 3));
        _recorded.All.Count.ShouldBe(2);
        _measured.Sums.ShouldBe(new Dictionary<string, double> { ["events_published_total{type=berth.cache.invalidated}"] = 2 });
    }

    [Fact]
    public void Loads_and_their_ends_are_counted_and_timed()
    {
        Raise(
            new LoadingCompleted("Notes", "1.0.0", "none", 250),
            new LoadingFailed("Notes", "1.0.0", "start", "plugin.start_timeout", "late", 1, null),
            new InstanceReloaded("Notes", "1.0.0", 750),
            new InstanceReloadFailed("Notes", "1.0.0", "plugin.start_failed", "threw"),
            new InstanceRetired("Notes", "1.0.0", "idle"),
            new InstanceLeaked("Notes", "1.0.0", ["a thread"]),
            new InstanceStateChanged("Notes", "1.0.0", "loading", "loaded", null));
        Plugins().ShouldBe(new Dictionary<string, double>
        {
            ["plugin_loads_total{outcome=succeeded,plugin_slug=Notes}"] = 1,
            ["plugin_loads_total{outcome=failed,plugin_slug=Notes}"] = 1,
            ["plugin_loads_total{outcome=reloaded,plugin_slug=Notes}"] = 1,
            ["plugin_loads_total{outcome=reload_failed,plugin_slug=Notes}"] = 1,
            ["plugin_load_duration_seconds{plugin_slug=Notes}"] = 1,
            ["plugin_retirements_total{plugin_slug=Notes,reason=idle}"] = 1,
            ["plugin_leaks_total{plugin_slug=Notes}"] = 1,
            ["plugin_state_changes_total{from=loading,to=loaded}"] = 1,
        }, ignoreOrder: true);
    }

    [Fact]
    public void Breakers_guards_services_and_limits_are_counted_by_plugin()
    {
        Raise(
            new BreakerOpened("Notes", "1.0.0", "it fails", 60_000), new BreakerHalfOpened("Notes", "1.0.0"), new BreakerClosed("Notes", "1.0.0"),
            new GuardDenied("Notes", "1.0.0", "owner", "Notes", "GET", "/x", "no"), new GuardMissing("Notes", "1.0.0", "owner", "Notes", "GET", "/x", "no"),
            new GuardFailed("Notes", "1.0.0", "owner", "Notes", "GET", "/x", "no"),
            new ServiceOffered("Notes", "1.0.0", "CLOCK"), new ServiceRefused("Notes", "1.0.0", "CLOCK", "service.denied", "no"),
            new CallTimeExceeded("Notes", "1.0.0", "GET /x", 30_000), new ThreadHeld("Notes", "1.0.0", "GET /x", 40_000));
        Plugins().ShouldBe(new Dictionary<string, double>
        {
            ["plugin_breaker_transitions_total{plugin_slug=Notes,to=open}"] = 1,
            ["plugin_breaker_transitions_total{plugin_slug=Notes,to=half_open}"] = 1,
            ["plugin_breaker_transitions_total{plugin_slug=Notes,to=closed}"] = 1,
            ["plugin_guard_refusals_total{plugin_slug=Notes,reason=denied}"] = 1,
            ["plugin_guard_refusals_total{plugin_slug=Notes,reason=missing}"] = 1,
            ["plugin_guard_refusals_total{plugin_slug=Notes,reason=failed}"] = 1,
            ["plugin_service_changes_total{change=offered,plugin_slug=Notes}"] = 1,
            ["plugin_service_changes_total{change=refused,plugin_slug=Notes}"] = 1,
            ["plugin_limits_exceeded_total{limit=call_time,plugin_slug=Notes}"] = 1,
            ["plugin_limits_exceeded_total{limit=thread_held,plugin_slug=Notes}"] = 1,
        }, ignoreOrder: true);
    }

    [Fact]
    public void Dropped_events_are_counted_one_by_one()
    {
        Raise(new EventsDropped("stream", 17), new EventsDropped("webhooks", 3));
        _measured.Sums["events_dropped_total{}"].ShouldBe(20);
    }

    private void Raise(params IEnumerable<BerthEvent> all)
    {
        foreach (var happened in all)
            _services.GetRequiredService<IHostEvents>().Raise(happened);
    }

    private Dictionary<string, double> Plugins() => _measured.Sums.Where(pair => pair.Key.StartsWith("plugin_", StringComparison.Ordinal)).ToDictionary();
}
