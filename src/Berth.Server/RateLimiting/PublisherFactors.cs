using System.Collections.Concurrent;
using Berth.Registry.Trust;

namespace Berth.Server.RateLimiting;

/// <summary>
/// By how much a publisher's uploads are multiplied: the factor of the best trust level that somebody else has decided for
/// one of their plugins, or that of a plugin of theirs in quarantine. Theirs are also the plugins of organisations that they may
/// publish for. What a first publish gives by itself counts for nothing.
/// </summary>
internal sealed class PublisherFactors(ITrustDecisions decisions, ITrustPolicies policies, TimeProvider time)
{
    private const int MaxKnown = 10_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (double Factor, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public ValueTask<double> OfAsync(string userId, CancellationToken cancellationToken) =>
        _known.TryGetValue(userId, out var known) && known.Until > time.GetUtcNow()
            ? ValueTask.FromResult(known.Factor)
            : ReadAsync(userId, cancellationToken);

    private async ValueTask<double> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        var levels = await decisions.LevelsOfPublisherAsync(userId, cancellationToken);
        var factor = levels.Contains(TrustLevels.Quarantined, StringComparer.Ordinal)
            ? policies.Of(TrustLevels.Quarantined).RateFactor
            : levels.Select(level => policies.Of(level).RateFactor).DefaultIfEmpty(1).Max();
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known[userId] = (factor, time.GetUtcNow() + Life);
        return factor;
    }
}
