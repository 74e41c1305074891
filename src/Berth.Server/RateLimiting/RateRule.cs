using System.Globalization;

namespace Berth.Server.RateLimiting;

/// <summary>How often somebody may ask: so many requests within a window that moves along, and optionally so many within one second.</summary>
/// <param name="Permits">Requests within the window; 0 for <see cref="Unlimited"/>.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="Burst">Requests within one second; <see langword="null"/>: all of the window's may come at once.</param>
public sealed record RateRule(int Permits, int WindowSeconds, int? Burst = null)
{
    private const int MostPermits = 10_000_000;
    private const int LongestWindow = 86_400;
    private const string UnlimitedWord = "unlimited";

    /// <summary>No limit: has to be asked for by this name, and is never what something unknown means.</summary>
    public static RateRule Unlimited { get; } = new(0, 0);

    /// <summary>Whether nothing is counted.</summary>
    public bool IsUnlimited => Permits == 0;

    /// <summary>How rules are written, for messages.</summary>
    public static string Form => "REQUESTS/SECONDS, for example 100/60, REQUESTS/SECONDS/MOST-IN-ONE-SECOND, or 'unlimited'";

    /// <summary>Reads <c>100/60</c>, <c>100/60/20</c> or <c>unlimited</c>; <see langword="null"/> for anything else.</summary>
    public static RateRule? TryParse(string? text)
    {
        if (text is null)
            return null;
        if (text.Equals(UnlimitedWord, StringComparison.OrdinalIgnoreCase))
            return Unlimited;
        var parts = text.Split('/');
        if (parts.Length is not (2 or 3) || Whole(parts[0], MostPermits) is not { } permits || Whole(parts[1], LongestWindow) is not { } seconds)
            return null;
        if (parts.Length == 2)
            return new RateRule(permits, seconds);
        return Whole(parts[2], permits) is { } burst ? new RateRule(permits, seconds, burst) : null;
    }

    /// <summary>The same rule for somebody who may do more or less: at least one request stays.</summary>
    public RateRule Times(double factor) => IsUnlimited || factor is 1 ? this : this with
    {
        Permits = Scaled(Permits, factor),
        Burst = Burst is { } burst ? Scaled(burst, factor) : null,
    };

    /// <inheritdoc />
    public override string ToString() =>
        IsUnlimited ? UnlimitedWord
        : Burst is { } burst ? string.Create(CultureInfo.InvariantCulture, $"{Permits}/{WindowSeconds}/{burst}")
        : string.Create(CultureInfo.InvariantCulture, $"{Permits}/{WindowSeconds}");

    private static int Scaled(int permits, double factor) => (int)Math.Clamp(Math.Floor(permits * factor), 1, MostPermits);

    private static int? Whole(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;
}
