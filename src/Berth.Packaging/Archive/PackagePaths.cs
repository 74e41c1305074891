namespace Berth.Packaging.Archive;

/// <summary>The rules for paths in a package, for those who make a package of files that were never meant to be one.</summary>
public static class PackagePaths
{
    /// <summary>The order of entries: by the UTF-8 bytes of the path.</summary>
    public static IComparer<string> Order => Utf8Order.Instance;

    /// <summary>All rules the path breaks; none when a package can hold it.</summary>
    public static IReadOnlyList<PackageFault> Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EntryNames.Check(path);
    }

    /// <summary>The key under which two paths of a package would be the same: it has one entry for each.</summary>
    public static string Fold(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EntryNames.Fold(path);
    }

    /// <summary>The path as a person may be shown it: escaped where it would break a line, cut where it is endless.</summary>
    public static string Shown(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EntryNames.Shown(path);
    }
}
