namespace Berth.Host.Observability;

/// <summary>What a version did in the last minute, times from the call until its caller had the answer.</summary>
/// <param name="Calls">Calls that ended: requests and all others.</param>
/// <param name="Failures">How many of them failed or took too long.</param>
/// <param name="CallsPerSecond">Calls a second.</param>
/// <param name="FailuresPerSecond">Failures a second.</param>
/// <param name="P50">Half of them took at most this long, in milliseconds; 0 without calls. To about six percent.</param>
/// <param name="P95">95 of 100 took at most this long, in milliseconds.</param>
/// <param name="P99">99 of 100 took at most this long, in milliseconds.</param>
public sealed record CallFigures(long Calls, long Failures, double CallsPerSecond, double FailuresPerSecond, double P50, double P95, double P99)
{
    /// <summary>Of a version that was not called.</summary>
    public static CallFigures None { get; } = new(0, 0, 0, 0, 0, 0, 0);
}
