namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Sorts installations by what they really are: the database decides slug and version, the content decides identity.</summary>
internal static class OldContents
{
    private const int ShortestDigest = 8;

    /// <summary>
    /// The distinct contents of the installations that have files and no obstacle. Of several contents of one slug and
    /// version the leading one keeps the number: a whole one before a truncated one, then the one with most users, then the
    /// smallest digest. So a second run, and every other reader, comes to the same names.
    /// </summary>
    public static IReadOnlyList<OldContent> Of(IEnumerable<OldInstallation> installations) =>
        [.. installations.Where(installation => installation is { Folder.Files.Count: > 0, Obstacle: null })
            .GroupBy(installation => (Slug: installation.Slug.ToUpperInvariant(), installation.Version))
            .OrderBy(version => version.Key.Slug, StringComparer.Ordinal).ThenBy(version => version.Key.Version, StringComparer.Ordinal)
            .SelectMany(version => Contents([.. version]))];

    private static IEnumerable<OldContent> Contents(IReadOnlyList<OldInstallation> version)
    {
        var slug = version.GroupBy(installation => installation.Slug, StringComparer.Ordinal)
            .OrderByDescending(spelling => spelling.Count()).ThenBy(spelling => spelling.Key, StringComparer.Ordinal).First().Key;
        var contents = version.GroupBy(installation => installation.Folder!.ContentDigest, StringComparer.Ordinal)
            .OrderBy(content => content.All(installation => installation.Folder!.Truncated.Count > 0))
            .ThenByDescending(content => content.Count())
            .ThenBy(content => content.Key, StringComparer.Ordinal)
            .ToList();
        var length = DistinctLength([.. contents.Select(content => content.Key)]);
        return contents.Select((content, i) => new OldContent(
            slug,
            version[0].Version,
            i == 0 ? version[0].Version : Marked(version[0].Version, content.Key[..length]),
            content.OrderBy(installation => installation.Folder!.Truncated.Count).ThenBy(installation => installation.Folder!.Path, StringComparer.Ordinal).First().Folder!,
            [.. content.OrderBy(installation => installation.UserId, StringComparer.Ordinal)]));
    }

    // Build metadata says "the same version, another build", which is what it is; a version that has some gets more of it.
    private static string Marked(string version, string digest) =>
        $"{version}{(version.Contains('+', StringComparison.Ordinal) ? '.' : '+')}sha.{digest}";

    private static int DistinctLength(IReadOnlyList<string> digests)
    {
        var length = ShortestDigest;
        while (length < 64 && digests.Select(digest => digest[..length]).Distinct(StringComparer.Ordinal).Count() < digests.Count)
            length++;
        return length;
    }
}
