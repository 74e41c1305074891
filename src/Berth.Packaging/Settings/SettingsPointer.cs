using Berth.Packaging.Manifest;

namespace Berth.Packaging.Settings;

/// <summary>RFC 6901 pointers to settings.</summary>
public static class SettingsPointer
{
    /// <summary>The pointer to a member of what <paramref name="pointer"/> points to.</summary>
    public static string Append(string pointer, string member) => JsonPointer.Append(pointer, member);

    /// <summary>The names on the way from the root.</summary>
    public static IReadOnlyList<string> Parts(string pointer)
    {
        ArgumentNullException.ThrowIfNull(pointer);
        return pointer.Length == 0
            ? []
            : [.. pointer[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }
}
