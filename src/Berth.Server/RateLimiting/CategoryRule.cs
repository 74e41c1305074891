using System.Globalization;

namespace Berth.Server.RateLimiting;

/// <summary>A rule of a category as it is told to callers (draft-ietf-httpapi-ratelimit-headers: structured fields of RFC 9651).</summary>
internal sealed class CategoryRule(RateCategory category, RateRule rule)
{
    private readonly string _name = RateLimitSettings.NameOf(category);

    public RateCategory Category => category;

    public RateRule Rule => rule;

    /// <summary>The header <c>RateLimit-Policy</c>.</summary>
    public string Policy { get; } = PolicyOf(RateLimitSettings.NameOf(category), rule);

    /// <summary>The header <c>RateLimit</c>: what is left, and in how many seconds some of what was used comes back.</summary>
    public string State(RateVerdict verdict) => string.Create(
        CultureInfo.InvariantCulture, $"\"{_name}\";r={verdict.Remaining};t={Seconds(verdict.Reset)}");

    /// <summary>Whole seconds, never too few.</summary>
    public static long Seconds(TimeSpan wait) => (long)Math.Ceiling(wait.TotalSeconds);

    private static string PolicyOf(string name, RateRule rule) => rule.Burst is { } burst
        ? string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={rule.Permits};w={rule.WindowSeconds}, \"{name}-burst\";q={burst};w=1")
        : string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={rule.Permits};w={rule.WindowSeconds}");
}
