using Berth.Host.Observability;
using Berth.Lifecycle.Observability;

namespace Berth.Server.Observability;

/// <summary>
/// The names under which Berth measures and traces. <c>berth-server</c> exports them by itself; an application that embeds
/// Berth adds them to its own OpenTelemetry: <c>metrics.AddMeter(BerthTelemetry.Meters)</c>, <c>traces.AddSource(BerthTelemetry.Sources)</c>.
/// </summary>
public static class BerthTelemetry
{
    /// <summary>The meter of the server's own metrics.</summary>
    public const string MeterName = "Berth.Server";

    /// <summary>The source of the server's own activities.</summary>
    public const string SourceName = "Berth.Server";

    /// <summary>All meters of Berth.</summary>
    public static string[] Meters => [HostTelemetry.MeterName, LifecycleTelemetry.MeterName, MeterName];

    /// <summary>All sources of activities of Berth.</summary>
    public static string[] Sources => [HostTelemetry.SourceName, LifecycleTelemetry.SourceName, SourceName];
}
