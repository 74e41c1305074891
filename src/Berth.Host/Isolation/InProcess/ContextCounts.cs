namespace Berth.Host.Isolation.InProcess;

/// <summary>What became of the load contexts that were unloaded since the start.</summary>
/// <param name="Gone">Gone when it was asked for.</param>
/// <param name="Stayed">Still alive then.</param>
/// <param name="GoneLater">How many of those went later.</param>
public sealed record ContextCounts(long Gone, long Stayed, long GoneLater)
{
    /// <summary>How many are in memory that should not be.</summary>
    public long Alive => Stayed - GoneLater;
}
