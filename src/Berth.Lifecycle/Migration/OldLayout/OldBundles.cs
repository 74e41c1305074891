using System.Text;
using System.Text.RegularExpressions;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Finds what a front end is made of: the bundle that the old database names, and the chunks that the bundle names.</summary>
internal static partial class OldBundles
{
    private const string UsualEntry = "dist/remoteEntry.js";
    private const int MaxChunks = 2_000;

    /// <summary>
    /// The bundle's path in the folder, whether it is there or not; <see langword="null"/> when nothing names one or it
    /// lies on another server. The old system wrote it relative to the plugin, to the user's folder or to the plugins folder.
    /// </summary>
    public static string? EntryOf(OldInstallation installation, string relativeFolder)
    {
        var location = installation.Row?.Columns.GetValueOrDefault("bundle_location")?.Trim();
        if (string.IsNullOrEmpty(location))
            location = installation.Described.Text("bundle_location");
        if (string.IsNullOrEmpty(location))
            return installation.Folder!.Files.Any(file => file.Path == UsualEntry) ? UsualEntry : null;
        if (location.Contains("://", StringComparison.Ordinal) || location.StartsWith("//", StringComparison.Ordinal))
            return null;
        var path = location.Split('?', '#')[0].Replace('\\', '/').TrimStart('.', '/');
        if (Has(installation, path))
            return path;
        path = WithoutStart(path, "plugins/");
        for (var folder = relativeFolder; folder.Length > 0; folder = folder.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? folder[(slash + 1)..] : "")
        {
            if (path.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase))
                return path[(folder.Length + 1)..];
        }

        return path;
    }

    /// <summary>
    /// How the names of the chunks end that a webpack bundle loads by its table of hashes
    /// (<c>{101:"3f2a…"}[e]+".js"</c>); none when it has no such table.
    /// </summary>
    public static IReadOnlyList<string> ChunkEndings(ReadOnlySpan<byte> bundle)
    {
        var text = Encoding.Latin1.GetString(bundle);
        return
        [
            .. Table().Matches(text)
                .SelectMany(table => Hash().Matches(table.Groups["table"].Value).Select(hash => hash.Groups["hash"].Value + table.Groups["end"].Value))
                .Distinct(StringComparer.Ordinal)
                .Take(MaxChunks),
        ];
    }

    private static bool Has(OldInstallation installation, string path) => installation.Folder!.Files.Any(file => file.Path == path);

    private static string WithoutStart(string path, string start) => path.StartsWith(start, StringComparison.OrdinalIgnoreCase) ? path[start.Length..] : path;

    [GeneratedRegex("""\{(?<table>[^{}]{1,100000})\}\s*\[\s*[\w$]+\s*\]\s*\+\s*["'](?<end>[.\w-]{0,40}\.(js|css))["']""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Table();

    [GeneratedRegex("""["']?[\w$./@-]+["']?\s*:\s*["'](?<hash>[\w-]{4,64})["']""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Hash();
}
