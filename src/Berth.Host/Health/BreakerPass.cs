namespace Berth.Host.Health;

/// <summary>What a call got when it was let through, and gives back when it ends.</summary>
/// <param name="Round">
/// In which round of closed or half-open it began: what a call of an earlier round says is no news.
/// </param>
/// <param name="IsProbe">Whether it is one of the few that show whether the instance has recovered.</param>
internal readonly record struct BreakerPass(int Round, bool IsProbe)
{
    /// <summary>The pass of a call that did not ask, or that goes through whatever the breaker says: it is heard only while all is let through.</summary>
    public static BreakerPass Outside { get; } = new(-1, false);
}
