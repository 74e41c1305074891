using System.Globalization;
using System.Net;

namespace Berth.Packaging.Settings;

/// <summary>The formats that a text may be asked to have; docs/manifest.md lists them.</summary>
internal static class SettingsFormats
{
    private const int MaxEmail = 254;
    private const int MaxHostName = 253;

    private static readonly string[] Times =
        ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF", "HH:mmzzz", "HH:mm:sszzz", "HH:mm:ss.FFFFFFFzzz", "HH:mm'Z'", "HH:mm:ss'Z'", "HH:mm:ss.FFFFFFF'Z'"];

    private static readonly string[] Instants =
        ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static bool Has(string text, string format) => format switch
    {
        "email" => IsEmail(text),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase) && !text.Any(c => c is <= ' ' or '<' or '>' or '"'),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        "time" => DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        "hostname" => IsHostName(text),
        "ipv4" => text.Count(c => c == '.') == 3 && text.Split('.').All(IsOctet),
        "ipv6" => text.Length <= 45 && !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal)
            && IPAddress.TryParse(text, out var address) && address.GetAddressBytes().Length == 16,
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "color" => text is ['#', .. var digits] && digits.Length is 3 or 4 or 6 or 8 && digits.All(char.IsAsciiHexDigit),
        // How a form shows the text, nothing about the text.
        _ => true,
    };

    public static string Example(string format) => format switch
    {
        "email" => "ada@example.org",
        "uri" => "https://example.org/feed",
        "date" => "2026-11-20",
        "date-time" => "2026-11-20T21:00:00Z",
        "time" => "21:00",
        "hostname" => "example.org",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uuid" => "0190b3a4-7e00-7000-8000-000000000000",
        _ => "#1f6feb",
    };

    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        return text.Length <= MaxEmail && at is > 0 and <= 64 && IsHostName(text[(at + 1)..])
            && text[..at].All(c => c > ' ' && c is not ('@' or '"' or '<' or '>' or ',' or ';' or ':' or '(' or ')' or '\\' or '[' or ']' or '\x7f'))
            && text[0] != '.' && text[at - 1] != '.' && !text[..at].Contains("..", StringComparison.Ordinal);
    }

    private static bool IsHostName(string text) =>
        text.Length is > 0 and <= MaxHostName && text.Split('.').All(label =>
            label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static bool IsOctet(string text) =>
        text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0') && int.Parse(text, CultureInfo.InvariantCulture) <= 255;
}
