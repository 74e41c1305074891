namespace Berth.Server.RateLimiting;

/// <summary>What an administrator allows one user, token or network, other than everybody.</summary>
/// <param name="UserId">Whom: a <see cref="LimitSubject"/>.</param>
/// <param name="Name">A category, or a quota: one of <see cref="Names"/>.</param>
/// <param name="Value">A <see cref="RateRule"/>, or for a quota a whole number; <c>unlimited</c> for either.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy">Who decided it.</param>
/// <param name="SetAt">When.</param>
/// <param name="ExpiresAt">Until when; without an end until it is taken back.</param>
public sealed record LimitOverride(
    string UserId, string Name, string Value, string Reason, string SetBy, DateTimeOffset SetAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>Everything that can be set.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. RateLimitSettings.Categories.Select(RateLimitSettings.NameOf), "quota.bytes", "quota.versions"];

    /// <summary>Whether the value is one that the name can have.</summary>
    public static bool IsValid(string name, string value) =>
        name.StartsWith("quota.", StringComparison.Ordinal)
            ? value == "unlimited" || (value.Length <= 18 && value.Length > 0 && value.All(char.IsAsciiDigit))
            : RateRule.TryParse(value) is not null;
}
