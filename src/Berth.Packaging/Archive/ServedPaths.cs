namespace Berth.Packaging.Archive;

/// <summary>Which files of a package users may be served.</summary>
public static class ServedPaths
{
    private static readonly string[] Folders = ["dist/", "public/", "assets/"];

    /// <summary>
    /// Whether the path may be served: below <c>dist/</c>, <c>public/</c> or <c>assets/</c>, or in the root <c>icon.*</c>,
    /// <c>README.md</c>, <c>CHANGELOG.md</c>, <c>LICENSE*</c>. Compared with regard to case; a path that no package can
    /// contain is never served.
    /// </summary>
    public static bool Contains(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return IsNamed(path) && EntryNames.IsValid(path);
    }

    private static bool IsNamed(string path)
    {
        if (path.Contains('/', StringComparison.Ordinal))
        {
            return Array.Exists(Folders, folder => path.StartsWith(folder, StringComparison.Ordinal));
        }

        return path is "README.md" or "CHANGELOG.md"
            || path.StartsWith("LICENSE", StringComparison.Ordinal)
            || (path.StartsWith("icon.", StringComparison.Ordinal) && path.Length > "icon.".Length);
    }
}
