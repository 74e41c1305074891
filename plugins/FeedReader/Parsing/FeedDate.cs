using System.Globalization;

namespace FeedReader.Parsing;

/// <summary>Dates of feeds: RFC 3339 in Atom, RFC 822 with its American zone names and two-digit years in RSS.</summary>
internal static class FeedDate
{
    private static readonly Dictionary<string, string> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GMT"] = "+00:00",
        ["UT"] = "+00:00",
        ["UTC"] = "+00:00",
        ["Z"] = "+00:00",
        ["EST"] = "-05:00",
        ["EDT"] = "-04:00",
        ["CST"] = "-06:00",
        ["CDT"] = "-05:00",
        ["MST"] = "-07:00",
        ["MDT"] = "-06:00",
        ["PST"] = "-08:00",
        ["PDT"] = "-07:00",
    };

    private static readonly string[] Formats =
        ["d MMM yyyy HH:mm:ss zzz", "d MMM yyyy HH:mm zzz", "d MMM yy HH:mm:ss zzz", "d MMM yy HH:mm zzz"];

    /// <summary>The moment in UTC, or <see langword="null"/> when the text is not a date: an item without a date is still an item.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 64)
            return null;
        if (DateTimeOffset.TryParseExact(Normalise(text), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var mail))
            return mail.ToUniversalTime();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) ? other.ToUniversalTime() : null;
    }

    private static string Normalise(string text)
    {
        var parts = text[(text.IndexOf(',') + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 1 && Zones.TryGetValue(parts[^1], out var zone))
            parts[^1] = zone;
        else if (parts.Length > 1 && parts[^1] is [('+' or '-'), _, _, _, _] offset)
            parts[^1] = $"{offset[..3]}:{offset[3..]}";
        return string.Join(' ', parts);
    }
}
