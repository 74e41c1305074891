using Berth.Host.Pipeline;

namespace Berth.Host.States;

/// <summary>
/// A load that failed, and when the next attempt may start: after 1, 2, 4 … 60 seconds, shortened by up to half at random, so
/// that what failed together does not come back together. Within the crash budget; after it only somebody's decision helps.
/// </summary>
internal sealed record FailedLoad(StageFault Fault, IReadOnlyList<DateTimeOffset> Recent, DateTimeOffset? RetryAt, Task<UnloadOutcome> CleanUp)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Failures within the window of the crash budget, this one included; no more than spend the budget are counted.</summary>
    public int Attempts => Recent.Count;

    /// <summary>Whether the crash budget is spent.</summary>
    public bool IsSpent => Fault.IsRetried && RetryAt is null;

    /// <param name="previous">The failure before, if the version has not run since.</param>
    /// <param name="fault">What happened.</param>
    /// <param name="options">The crash budget.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cleanUp">Takes away what the attempt left behind.</param>
    public static FailedLoad After(FailedLoad? previous, StageFault fault, HostOptions options, TimeProvider time, Task<UnloadOutcome> cleanUp)
    {
        var now = time.GetUtcNow();

        // What an administrator decides (trust, level) takes effect at once; foreign code that failed gets its back-off.
        if (!fault.IsRetried)
            return new FailedLoad(fault, [now], now + First, cleanUp);
        var recent = With(previous?.Recent ?? [], now, options);
        return new FailedLoad(fault, recent, recent.Count < options.CrashBudget ? now + Pause(recent.Count, options.Jitter()) : null, cleanUp);
    }

    /// <summary>After a crash of what ran: like a failed load, except that the first one of the last minute is no reason to wait.</summary>
    /// <param name="before">When it crashed before.</param>
    /// <param name="fault">What happened.</param>
    /// <param name="options">The crash budget.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cleanUp">Takes away what the crash left behind.</param>
    public static FailedLoad AfterCrash(IReadOnlyList<DateTimeOffset> before, StageFault fault, HostOptions options, TimeProvider time, Task<UnloadOutcome> cleanUp)
    {
        var now = time.GetUtcNow();
        var recent = With(before, now, options);
        var lately = recent.Count(at => at > now - Longest) - 1;
        return new FailedLoad(fault, recent, recent.Count >= options.CrashBudget ? null : lately == 0 ? now : now + Pause(lately, options.Jitter()), cleanUp);
    }

    /// <summary>Whether it is too early for the next attempt, or there will be none.</summary>
    public bool IsWaiting(TimeProvider time) => !CleanUp.IsCompleted || RetryAt is not { } at || time.GetUtcNow() < at;

    public LeaseOutcome.Failed ToOutcome(PluginVersionId id, TimeProvider time)
    {
        if (IsSpent)
            return new LeaseOutcome.Failed("plugin.crash_budget_spent", $"{id} failed {Attempts} times in a row and is not tried again by itself. Its last failure: {Fault.Reason} An administrator can reload it.", null);
        var left = (RetryAt ?? time.GetUtcNow()) - time.GetUtcNow();
        return new LeaseOutcome.Failed(Fault.Code, Fault.Reason, !Fault.IsRetried ? null : left > TimeSpan.Zero ? left : First);
    }

    // As many as spend the budget are enough: a version that is released again and again keeps no list that grows.
    private static IReadOnlyList<DateTimeOffset> With(IReadOnlyList<DateTimeOffset> before, DateTimeOffset now, HostOptions options) =>
        [.. before.Where(at => at > now - options.CrashBudgetWindow).TakeLast(options.CrashBudget - 1), now];

    private static TimeSpan Pause(int attempts, double jitter)
    {
        var whole = attempts > 6 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << (attempts - 1), Longest.Ticks));
        return whole * (1 - (jitter / 2));
    }
}
