namespace Berth.Bench.Material;

/// <summary>How many plugins need each other.</summary>
internal enum Shape
{
    /// <summary>Nobody needs anybody.</summary>
    Flat,

    /// <summary>Each needs the one before it.</summary>
    Chain,

    /// <summary>All need the first one.</summary>
    Wide,

    /// <summary>In fours: two need one, and the fourth needs both.</summary>
    Diamond,

    /// <summary>The first one does not run, every tenth needs it, the rest needs nobody.</summary>
    DeadDependency,
}
