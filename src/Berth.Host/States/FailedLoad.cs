using Berth.Host.Pipeline;

namespace Berth.Host.States;

/// <summary>A load that failed, and when the next attempt may start: after 1, 2, 4 … 60 seconds.</summary>
internal sealed record FailedLoad(StageFault Fault, int Attempts, DateTimeOffset RetryAt, Task<UnloadOutcome> CleanUp)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="previous">The failure before, if the version has not run since.</param>
    /// <param name="fault">What happened.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cleanUp">Takes away what the attempt left behind.</param>
    public static FailedLoad After(FailedLoad? previous, StageFault fault, TimeProvider time, Task<UnloadOutcome> cleanUp)
    {
        // What an administrator decides (trust, level) takes effect at once; foreign code that failed gets its back-off.
        var attempts = fault.IsRetried ? (previous?.Attempts ?? 0) + 1 : 1;
        var pause = attempts > 6 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << (attempts - 1), Longest.Ticks));
        return new FailedLoad(fault, attempts, time.GetUtcNow() + pause, cleanUp);
    }

    /// <summary>Whether it is too early for the next attempt.</summary>
    public bool IsWaiting(TimeProvider time) => !CleanUp.IsCompleted || time.GetUtcNow() < RetryAt;

    public LeaseOutcome.Failed ToOutcome(TimeProvider time)
    {
        var left = RetryAt - time.GetUtcNow();
        return new LeaseOutcome.Failed(Fault.Code, Fault.Reason, !Fault.IsRetried ? null : left > TimeSpan.Zero ? left : First);
    }
}
