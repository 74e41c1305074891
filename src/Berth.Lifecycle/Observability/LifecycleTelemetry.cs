using System.Diagnostics;

namespace Berth.Lifecycle.Observability;

/// <summary>The names under which operations are measured and traced, for whoever listens.</summary>
public static class LifecycleTelemetry
{
    /// <summary>The meter of operations; docs/observability.md lists its metrics.</summary>
    public const string MeterName = "Berth.Lifecycle";

    /// <summary>The source of the activities of operations and their steps.</summary>
    public const string SourceName = "Berth.Lifecycle";

    /// <summary>Makes the activities; none while nobody listens.</summary>
    internal static ActivitySource Source { get; } = new(SourceName);
}
