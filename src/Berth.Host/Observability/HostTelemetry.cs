using System.Diagnostics;

namespace Berth.Host.Observability;

/// <summary>The names under which the host measures and traces, for whoever listens.</summary>
public static class HostTelemetry
{
    /// <summary>The meter of all the host's metrics; docs/observability.md lists them.</summary>
    public const string MeterName = "Berth.Host";

    /// <summary>The source of the host's activities.</summary>
    public const string SourceName = "Berth.Host";

    /// <summary>Makes the activities; none while nobody listens.</summary>
    internal static ActivitySource Source { get; } = new(SourceName);
}
