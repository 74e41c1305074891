using Berth.Registry.Search;

namespace Berth.Registry.Trust.Quarantines;

/// <summary>What can be quarantined.</summary>
public static class QuarantineKinds
{
    /// <summary>One version: <c>slug@version</c>.</summary>
    public const string Version = "version";

    /// <summary>All versions of a plugin, also later ones.</summary>
    public const string Plugin = "plugin";

    /// <summary>
    /// An account: all plugins whose publisher it acts for, and all versions it published, also later. Or an organisation by its
    /// name: all plugins that belong to it.
    /// </summary>
    public const string Publisher = "publisher";

    /// <summary>Every version with a file of this SHA-256, or whose package has it, also later ones.</summary>
    public const string File = "file";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [Version, Plugin, Publisher, File];

    /// <summary>The subject as it is compared, or <see langword="null"/> when it has not the form of its kind.</summary>
    public static string? Subject(string kind, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return kind switch
        {
            Plugin when IsName(text) => SearchWords.Fold(text),
            // Ids of users and names of organisations have no capitals.
            Publisher when IsName(text) => text.ToLowerInvariant(),
            File when text.Length == 64 && text.All(char.IsAsciiHexDigit) => text.ToLowerInvariant(),
            Version when text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && IsName(text[..at]) && IsVersion(text[(at + 1)..]) => SearchWords.Fold(text[..at]) + text[at..],
            _ => null,
        };
    }

    private static bool IsName(string text) => text.Length is >= 2 and <= 97 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsVersion(string text) => text.Length is > 0 and <= 256 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');
}
