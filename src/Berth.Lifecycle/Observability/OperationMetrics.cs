using System.Diagnostics;
using System.Diagnostics.Metrics;
using Berth.Host.Observability;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Observability;

/// <summary>Counts and times of operations. A dry run is none.</summary>
internal sealed class OperationMetrics
{
    // From a row that changes to a package that is fetched and a plugin's own install that takes its minute.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    };

    private readonly PluginLabels _labels;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _times;

    public OperationMetrics(IMeterFactory meters, PluginLabels labels)
    {
        _labels = labels;
        var meter = meters.Create(LifecycleTelemetry.MeterName);
        _operations = meter.CreateCounter<long>("plugin_operations_total", null, "Operations on users' installations, by how they ended.");
        _times = meter.CreateHistogram("plugin_operation_duration_seconds", "s", "Time of operations on users' installations.", null, Seconds);
    }

    /// <summary>Counts one that has ended.</summary>
    /// <param name="kind">Which operation.</param>
    /// <param name="asked">The slug as it was asked for.</param>
    /// <param name="outcome">How it ended; <see langword="null"/> when it threw.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Add(string kind, string asked, OperationOutcome? outcome, TimeSpan elapsed)
    {
        var tags = new TagList
        {
            { "operation", kind },
            // Anybody may ask for any slug: only what was really there gets series of its own.
            { "plugin_slug", outcome is OperationOutcome.Done { Result: var done } ? _labels.Of(done.Slug) : _labels.OfAsked(asked) },
            { "status", StatusOf(outcome) },
        };
        _operations.Add(1, tags);
        _times.Record(elapsed.TotalSeconds, tags);
    }

    /// <summary>The word for how an operation ended, in metrics and traces.</summary>
    public static string StatusOf(OperationOutcome? outcome) => outcome switch
    {
        OperationOutcome.Done => "succeeded",
        OperationOutcome.Refused => "refused",
        OperationOutcome.Planned => "planned",
        _ => "failed",
    };
}
