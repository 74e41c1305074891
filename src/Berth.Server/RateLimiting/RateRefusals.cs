using System.Diagnostics.Metrics;
using Berth.Events;
using Berth.Host.Events;
using Berth.Server.Observability;

namespace Berth.Server.RateLimiting;

/// <summary>
/// Tells of callers that were refused: once for each within a window, and no more than <see cref="MostInOneMinute"/> for all
/// together, because the record of security keeps each of them and a flood must not fill it.
/// </summary>
internal sealed partial class RateRefusals(TimeProvider time, ILogger<RateRefusals> logger, IMeterFactory meters, IHostEvents? events = null)
{
    private const int MostInOneMinute = 60;
    private long _minute;
    private readonly Counter<long> _refusals = meters.Create(BerthTelemetry.MeterName)
        .CreateCounter<long>("rate_limit_refusals_total", null, "Requests that were refused because a rate limit was reached.");

    private int _told;

    /// <summary>Counts a refused request: by category and by what was counted, never by whom.</summary>
    public void Count(RateCategory category, RateScope scope) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("category", RateLimitSettings.NameOf(category)), new KeyValuePair<string, object?>("scope", NameOf(scope)));

    public void Tell(RateCategory category, RateScope scope, TimeSpan retryAfter, string? userId)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref _minute, minute) != minute)
            Volatile.Write(ref _told, 0);
        if (Interlocked.Increment(ref _told) > MostInOneMinute)
            return;
        var (name, of) = (RateLimitSettings.NameOf(category), NameOf(scope));
        Refused(logger, name, of, userId ?? "nobody known");
        events?.Raise(new RateLimitExceeded(name, of, Math.Round(retryAfter.TotalSeconds, 3)), userId: userId);
    }

    private static string NameOf(RateScope scope) => scope.ToString().ToLowerInvariant();

    [LoggerMessage(Level = LogLevel.Information, Message = "The rate limit '{Category}' of one {Scope} is exceeded ({User})")]
    private static partial void Refused(ILogger logger, string category, string scope, string user);
}
