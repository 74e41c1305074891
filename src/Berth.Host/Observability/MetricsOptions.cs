namespace Berth.Host.Observability;

/// <summary>How much the metrics may take.</summary>
public sealed record MetricsOptions
{
    /// <summary>How many plugins have series of their own; the rest share <see cref="PluginLabels.Other"/>. Default 200.</summary>
    public int MostPlugins { get; init; } = 200;
}
