namespace Berth.Host;

/// <summary>How a reload ended.</summary>
public abstract record ReloadOutcome
{
    private ReloadOutcome()
    {
    }

    /// <summary>A new instance takes the calls. If there was one before, it drains and is unloaded meanwhile.</summary>
    /// <param name="Replaced">Whether there was an instance before.</param>
    /// <param name="Elapsed">How long it took until calls went to the new one; none was refused meanwhile.</param>
    public sealed record Reloaded(bool Replaced, TimeSpan Elapsed) : ReloadOutcome;

    /// <summary>The new instance did not come up.</summary>
    /// <param name="Code">Stable and dotted.</param>
    /// <param name="Reason">For people.</param>
    /// <param name="IsOldKept">Whether the instance before goes on.</param>
    public sealed record Failed(string Code, string Reason, bool IsOldKept) : ReloadOutcome;

    /// <summary>The store does not have the version, or it has no server-side code.</summary>
    public sealed record NotFound(string Reason) : ReloadOutcome;
}
