using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Berth.Host.Observability;

/// <summary>What every call into a plugin is measured with. The instruments cost next to nothing while nobody listens.</summary>
internal sealed class HostMetrics : IHostFigures
{
    // Plugins answer in microseconds when they are small, and have thirty seconds at most.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly ConcurrentDictionary<PluginVersionId, CallMeter> _versions = new();
    private readonly PluginLabels _labels;
    private readonly TimeProvider _time;

    public HostMetrics(IMeterFactory meters, PluginLabels labels, TimeProvider time)
    {
        (_labels, _time) = (labels, time);
        var meter = meters.Create(HostTelemetry.MeterName);
        Requests = meter.CreateCounter<long>("plugin_requests_total", null, "Requests to plugins' endpoints, by how they ended.");
        RequestErrors = meter.CreateCounter<long>("plugin_request_errors_total", null, "Requests that a plugin failed to answer: it threw, or took too long.");
        RequestTimes = meter.CreateHistogram("plugin_request_duration_seconds", "s", "Time from a request until its caller had the answer.", null, Seconds);
        Calls = meter.CreateCounter<long>("plugin_calls_total", null, "Calls into plugins other than requests, by kind and by how they ended.");
        CallTimes = meter.CreateHistogram("plugin_call_duration_seconds", "s", "Time of calls into plugins other than requests.", null, Seconds);
    }

    public Counter<long> Requests { get; }

    public Counter<long> RequestErrors { get; }

    public Histogram<double> RequestTimes { get; }

    public Counter<long> Calls { get; }

    public Histogram<double> CallTimes { get; }

    /// <summary>The meter of a version, from its load on, the same one for all its loads.</summary>
    /// <param name="id">The version.</param>
    /// <param name="hasOwnSeries">Whether its manifest wants metrics; what does not is counted among the others.</param>
    public CallMeter Of(PluginVersionId id, bool hasOwnSeries)
    {
        if (_versions.TryGetValue(id, out var meter))
            return meter;
        if (!hasOwnSeries)
            _labels.Hide(id.Slug);
        return _versions.GetOrAdd(id, new CallMeter(this, _labels.Of(id.Slug), _time));
    }

    CallFigures IHostFigures.Calls(PluginVersionId id) => _versions.TryGetValue(id, out var meter) ? meter.Window.Figures() : CallFigures.None;
}
