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

    // The SDK takes memory for every series that an instrument may have when the instrument is made, used or not: with one bound
    // for all, nearly a hundred instruments held 50 MB of a server that nobody had asked for anything.
    private const int SeriesOfFramework = 200;
    private const int SeriesOfRoutes = 2_000;
    private const int SeriesAtLeast = 500;

    // Outcomes, reasons and codes that one plugin can have series of, with room to spare; and operations or kinds with each outcome.
    private const int SeriesAPlugin = 16;
    private const int SeriesAPluginOfTwo = 50;

    public static void Keep(MeterProviderBuilder metrics, IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        var plugins = services.GetService<BerthSettings>()?.MetricsPlugins ?? 0;
        metrics.AddView(instrument =>
            ReferenceEquals(instrument.Meter.Scope, factory) || (instrument.Meter.Scope is null && instrument.Meter.Name == Runtime)
                ? new MetricStreamConfiguration { CardinalityLimit = SeriesOf(instrument.Meter.Name, instrument.Name, plugins) }
                : MetricStreamConfiguration.Drop);
    }

    /// <summary>How many series an instrument may have. What comes beyond is one series that says so, and sums stay true.</summary>
    internal static int SeriesOf(string meter, string name, int plugins) =>
        !meter.StartsWith("Berth.", StringComparison.Ordinal) ? (name == "http.server.request.duration" ? SeriesOfRoutes : SeriesOfFramework)
        : !name.StartsWith("plugin_", StringComparison.Ordinal) ? SeriesAtLeast
        : SeriesAtLeast + (plugins * (IsOfTwo(name) ? SeriesAPluginOfTwo : SeriesAPlugin));

    private static bool IsOfTwo(string name) =>
        name.StartsWith("plugin_operation", StringComparison.Ordinal) || name.StartsWith("plugin_call", StringComparison.Ordinal) || name.StartsWith("plugin_network", StringComparison.Ordinal);
}
