using System.Diagnostics.Metrics;
using Berth.Server.Configuration;
using OpenTelemetry.Metrics;

namespace Berth.Server.Observability;

/// <summary>
/// Keeps the instruments of this application and drops all others. A listener hears every meter of the process by its name:
/// those of another application in it, and one that a plugin named like ours.
/// </summary>
internal static class OwnInstruments
{
    /// <summary>The runtime's meter, the one that belongs to no application.</summary>
    public const string Runtime = "System.Runtime";

    // Kinds, outcomes and operations that one plugin can have series of, with room to spare.
    private const int SeriesAPlugin = 50;
    private const int SeriesAtLeast = 2_000;

    public static void Keep(MeterProviderBuilder metrics, IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        var series = SeriesAtLeast + (SeriesAPlugin * (services.GetService<BerthSettings>()?.MetricsPlugins ?? 0));
        metrics.AddView(instrument =>
            ReferenceEquals(instrument.Meter.Scope, factory) ? Own(instrument, series)
            : instrument.Meter.Scope is null && instrument.Meter.Name == Runtime ? null
            : MetricStreamConfiguration.Drop);
    }

    private static MetricStreamConfiguration? Own(Instrument instrument, int series) =>
        instrument.Meter.Name.StartsWith("Berth.", StringComparison.Ordinal) ? new MetricStreamConfiguration { CardinalityLimit = series } : null;
}
