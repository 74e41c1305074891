using System.Globalization;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Doctor;

/// <summary>Moves what does not belong into the plugin store to <c>cache/set-aside/{time}/…</c>, where a person can look at it.</summary>
internal sealed class SetAside(StorePaths paths, TimeProvider time)
{
    /// <summary>The path as it is shown: below the plugins folder.</summary>
    public string Shown(string path) => Path.GetRelativePath(Path.GetDirectoryName(paths.Shared)!, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Moves a file or folder; answers where it is now.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public string Move(string path)
    {
        var target = Path.Combine(paths.Cache, "set-aside", time.GetUtcNow().ToString("yyyyMMdd-HHmmssfff", CultureInfo.InvariantCulture), Shown(path));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(path))
            File.Move(path, target);
        else
            FolderTree.Move(path, target);
        return $"Moved it to {Shown(target)}.";
    }
}
