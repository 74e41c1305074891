using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Observability;

public sealed class HostMetricsTests : IDisposable
{
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(20);
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddMetrics().AddSingleton(TimeProvider.System).AddSingleton(new MetricsOptions()).AddSingleton<PluginLabels>().AddSingleton<HostMetrics>().BuildServiceProvider();

    private readonly Measured _measured;

    public HostMetricsTests() => _measured = new Measured(_services);

    private HostMetrics Metrics => _services.GetRequiredService<HostMetrics>();

    public void Dispose()
    {
        _measured.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void A_request_is_counted_timed_and_named_by_its_end()
    {
        End("Notes", CallKind.Request, CallResult.Succeeded);
        End("Notes", CallKind.Request, CallResult.Failed);
        End("Notes", CallKind.Request, CallResult.TimedOut);
        _measured.Sums.ShouldBe(new Dictionary<string, double>
        {
            ["plugin_requests_total{outcome=succeeded,plugin_slug=Notes}"] = 1,
            ["plugin_requests_total{outcome=failed,plugin_slug=Notes}"] = 1,
            ["plugin_requests_total{outcome=timed_out,plugin_slug=Notes}"] = 1,
            ["plugin_request_errors_total{plugin_slug=Notes,reason=failed}"] = 1,
            ["plugin_request_errors_total{plugin_slug=Notes,reason=timed_out}"] = 1,
            ["plugin_request_duration_seconds{plugin_slug=Notes}"] = 0.06,
        }, ignoreOrder: true);
    }

    [Fact]
    public void What_the_caller_did_wrong_or_a_guard_denied_is_no_error_of_the_plugin()
    {
        foreach (var result in new[] { CallResult.Denied, CallResult.Refused, CallResult.Abandoned })
            End("Notes", CallKind.Request, result);
        _measured.Sums.Keys.ShouldNotContain(name => name.StartsWith("plugin_request_errors_total", StringComparison.Ordinal));
        ((IHostFigures)Metrics).Calls(new PluginVersionId("Notes", "1.0.0")).Failures.ShouldBe(0);
    }

    [Fact]
    public void Every_other_kind_of_call_has_its_own_series()
    {
        foreach (var kind in Enum.GetValues<CallKind>().Where(kind => kind != CallKind.Request))
            End("Notes", kind, CallResult.Succeeded);
        _measured.Sums.Keys.Where(name => name.StartsWith("plugin_calls_total", StringComparison.Ordinal)).ShouldBe(
            new[] { "event", "guard", "hook", "lifecycle", "service" }.Select(kind => $"plugin_calls_total{{kind={kind},outcome=succeeded,plugin_slug=Notes}}"), ignoreOrder: true);
        _measured.Sums.Keys.ShouldNotContain(name => name.StartsWith("plugin_requests_total", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plugin_whose_manifest_wants_no_metrics_is_counted_among_the_others()
    {
        Metrics.Of(new PluginVersionId("Shy", "1.0.0"), hasOwnSeries: false).Ended(new EndedCall(CallKind.Request, "x", CallResult.Succeeded, null, Time));
        _measured.Sums["plugin_requests_total{outcome=succeeded,plugin_slug=other}"].ShouldBe(1);
        _measured.Sums.Keys.ShouldNotContain(name => name.Contains("Shy", StringComparison.Ordinal));
    }

    [Fact]
    public void A_thousand_plugins_make_no_more_series_than_two_hundred_and_one_and_no_call_is_lost()
    {
        for (var i = 0; i < 1_000; i++)
            End($"Plugin{i}", CallKind.Request, CallResult.Succeeded);
        var requests = _measured.Sums.Where(pair => pair.Key.StartsWith("plugin_requests_total", StringComparison.Ordinal)).ToList();
        requests.Count.ShouldBe(201);
        requests.Sum(pair => pair.Value).ShouldBe(1_000);
        _measured.Sums["plugin_requests_total{outcome=succeeded,plugin_slug=other}"].ShouldBe(800);
    }

    [Fact]
    public void The_last_minute_is_kept_for_each_version()
    {
        End("Notes", CallKind.Request, CallResult.Failed);
        var figures = (IHostFigures)Metrics;
        figures.Calls(new PluginVersionId("Notes", "1.0.0")).ShouldSatisfyAllConditions(
            minute => minute.Calls.ShouldBe(1), minute => minute.Failures.ShouldBe(1), minute => minute.P50.ShouldBe(20, 1.25));
        figures.Calls(new PluginVersionId("Notes", "1.1.0")).ShouldBe(CallFigures.None);
    }

    private void End(string slug, CallKind kind, CallResult result) =>
        Metrics.Of(new PluginVersionId(slug, "1.0.0"), hasOwnSeries: true).Ended(new EndedCall(kind, "GET /x", result, null, Time));
}
