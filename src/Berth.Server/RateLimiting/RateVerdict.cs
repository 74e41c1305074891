namespace Berth.Server.RateLimiting;

/// <summary>What the counters say to a request.</summary>
/// <param name="IsAllowed">Whether it may go on; then it was counted.</param>
/// <param name="Remaining">How many more may come now.</param>
/// <param name="Reset">When some that were used come back; zero when none were.</param>
/// <param name="IsFirstRefusal">Whether this caller is refused for the first time within a window.</param>
internal readonly record struct RateVerdict(bool IsAllowed, int Remaining, TimeSpan Reset, bool IsFirstRefusal);
