namespace Berth.Server.RateLimiting;

/// <summary>One request in the counters: in its window's, and in its second's where the rule has a burst.</summary>
internal sealed class RateCharge(RateKey key, CategoryRule rule, RateLimits limits)
{
    private const int BurstSeconds = 1;

    public RateKey Key => key;

    public CategoryRule Rule => rule;

    /// <summary>Counts it, in both or in none.</summary>
    public RateVerdict Take(long now)
    {
        var (counters, of) = (limits.Counters, rule.Rule);
        var verdict = counters.Take(key.In(rule.Category, isBurst: false), of.Permits, of.WindowSeconds, now);
        if (!verdict.IsAllowed || of.Burst is not { } burst)
            return verdict;
        var second = counters.Take(key.In(rule.Category, isBurst: true), burst, BurstSeconds, now);
        if (second.IsAllowed)
            return second.Remaining < verdict.Remaining ? second : verdict;
        counters.GiveBack(key.In(rule.Category, isBurst: false), of.Permits, of.WindowSeconds, now);
        return second;
    }

    /// <summary>Takes it back. Returns what is left now.</summary>
    public RateVerdict GiveBack(long now)
    {
        var (counters, of) = (limits.Counters, rule.Rule);
        if (of.Burst is { } burst)
            counters.GiveBack(key.In(rule.Category, isBurst: true), burst, BurstSeconds, now);
        return counters.GiveBack(key.In(rule.Category, isBurst: false), of.Permits, of.WindowSeconds, now);
    }
}
