namespace Berth.Hostile.Tests;

/// <summary>How an attack ended, from the best to the worst.</summary>
internal enum Cell
{
    /// <summary>The attempt failed.</summary>
    Stopped,

    /// <summary>It happened within its own borders; host and neighbour did not notice.</summary>
    Contained,

    /// <summary>It worked.</summary>
    Possible,
}
