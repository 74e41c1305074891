namespace Berth.Packaging.Archive;

/// <summary>Which files of a package users may be served.</summary>
public static class ServedPaths
{
    /// <summary>Whether the path may be served.</summary>
    public static bool Contains(string path) => throw new NotImplementedException();
}
