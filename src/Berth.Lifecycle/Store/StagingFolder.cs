using System.Text;
using Berth.Host;

namespace Berth.Lifecycle.Store;

/// <summary>
/// A folder in <c>cache/temp</c> on the way into the store. Its owner holds the file <c>owner</c> in it locked, so that
/// whoever finds the folder can tell a living owner from a dead one without trusting clocks or process ids.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string OwnerFile = "owner";
    private const int Attempts = 5;
    private readonly FileStream _owner;

    private StagingFolder(string directory, FileStream owner)
    {
        Directory = directory;
        _owner = owner;
    }

    public string Directory { get; }

    public string Package => Path.Combine(Directory, "package");

    public string Files => Path.Combine(Directory, "files");

    public string Index => Path.Combine(Directory, "index");

    /// <summary>Creates a folder of our own for one version.</summary>
    public static StagingFolder Create(StorePaths paths, PluginVersionId id)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return CreateOne(paths, id);
            }
            catch (IOException exception) when (attempt < Attempts && exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                // Somebody who looks for dead owners had our file open before we locked it. A disk that refuses goes on refusing.
            }
        }
    }

    private static StagingFolder CreateOne(StorePaths paths, PluginVersionId id)
    {
        var directory = Path.Combine(paths.Staging, Guid.NewGuid().ToString("n"));
        System.IO.Directory.CreateDirectory(directory);
        FileStream? owner = null;
        try
        {
            owner = new FileStream(Path.Combine(directory, OwnerFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            owner.Write(Encoding.UTF8.GetBytes($"{id.Slug}\n{id.Version}"));
            owner.Flush();
            return new StagingFolder(directory, owner);
        }
        catch
        {
            owner?.Dispose();
            FolderTree.Delete(directory);
            throw;
        }
    }

    /// <summary>Folders whose owner is dead, with the version they were for when that is known.</summary>
    public static IEnumerable<(string Directory, PluginVersionId? Version)> Abandoned(StorePaths paths, DateTimeOffset olderThan)
    {
        if (!System.IO.Directory.Exists(paths.Staging))
            yield break;
        foreach (var directory in System.IO.Directory.EnumerateDirectories(paths.Staging))
        {
            if (Look(directory, olderThan) is (true, var version))
                yield return (directory, version);
        }
    }

    public void Dispose()
    {
        _owner.Dispose();
        FolderTree.Delete(Directory);
    }

    private static (bool IsAbandoned, PluginVersionId? Version) Look(string directory, DateTimeOffset olderThan)
    {
        try
        {
            using var owner = new FileStream(Path.Combine(directory, OwnerFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var reader = new StreamReader(owner);
            var lines = reader.ReadToEnd().Split('\n');
            return lines is [var slug, var version] && StorePaths.AreNames(slug, version)
                ? (true, new PluginVersionId(slug, version))
                : (IsOld(directory, olderThan), null);
        }
        catch (FileNotFoundException)
        {
            return (IsOld(directory, olderThan), null);
        }
        catch (DirectoryNotFoundException)
        {
            return (false, null);
        }
        catch (IOException)
        {
            return (false, null);
        }
    }

    /// <summary>A living owner makes its file right after the folder, and then locks and writes it: before that, only age tells.</summary>
    private static bool IsOld(string directory, DateTimeOffset olderThan) => System.IO.Directory.GetLastWriteTimeUtc(directory) < olderThan.UtcDateTime;
}
