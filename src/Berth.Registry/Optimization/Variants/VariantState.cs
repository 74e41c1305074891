namespace Berth.Registry.Optimization.Variants;

/// <summary>Where a variant stands (column <c>variant.state</c>).</summary>
public static class VariantState
{
    /// <summary>Ordered.</summary>
    public const string Queued = "queued";

    /// <summary>Being made.</summary>
    public const string Running = "running";

    /// <summary>There, verified and downloadable.</summary>
    public const string Ready = "ready";

    /// <summary>Nothing would get smaller; there is none, and none is needed.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>It may not or cannot be made here; the reason says why.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Making it failed; the original is untouched.</summary>
    public const string Failed = "failed";

    /// <summary>Whether something is still to come.</summary>
    public static bool IsOpen(string state) => state is Queued or Running;
}
