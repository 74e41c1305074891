using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Manifest;

/// <summary>The forms that texts of the manifest have.</summary>
internal static class ManifestText
{
    public const int MaxSlug = 64;
    public const string SlugAdvice = "Start with a letter, then 1 to 63 letters, digits, '.', '_' or '-', not ending in '.'; names of Windows devices are not allowed.";

    /// <summary>The text, or <see langword="null"/> with a fault when it is too short, too long or has control characters.</summary>
    public static string? Check(JsonElement value, string pointer, int min, int max, ManifestFaults faults)
    {
        var text = value.GetString()!;
        if (text.Length < min || text.Length > max)
        {
            faults.Add(ManifestFaultCodes.TextLength, pointer, $"The text has {text.Length} characters; {min} to {max} are allowed.");
            return null;
        }

        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\t' or '\r')))
        {
            faults.Add(ManifestFaultCodes.TextControl, pointer, "The text contains a control character. Remove it.");
            return null;
        }

        return text;
    }

    public static bool IsSlug(string text) =>
        text.Length >= 2 && HasForm(text, MaxSlug, char.IsAsciiLetter, "._-") && !text.EndsWith('.') && !WindowsDeviceNames.Contains(text);

    public static bool IsTypeName(string text) => text.Split('.', '+').All(IsIdentifier);

    public static bool IsModuleName(string text) => HasForm(text, 128, c => char.IsAsciiLetterOrDigit(c) || c == '_', " ._-");

    public static bool IsScope(string text) => HasForm(text, 128, c => char.IsAsciiLetter(c) || c is '_' or '$' or '@', "_$@./-");

    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    /// <summary>An address that a page may link to: anything but http and https could run script.</summary>
    public static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Host.Length: > 0 };

    public static bool IsRepository(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "git" or "ssh" or "git+http" or "git+https" or "git+ssh" && uri is { Host.Length: > 0 };

    private static bool HasForm(string text, int max, Func<char, bool> first, string others) =>
        text.Length >= 1 && text.Length <= max && first(text[0]) && text.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal));

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') && text.All(c => char.IsLetterOrDigit(c) || c == '_');
}
