using Berth.Data.Sessions;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary>
/// A copy of Berth's database in the system's folder for temporary files, for a dry run: opening a database brings its
/// schema up to date and leaves files beside it, and a dry run must not. PostgreSQL is asked itself.
/// </summary>
internal sealed class TargetCopy : IDisposable
{
    private readonly string _folder;

    private TargetCopy(BerthSettings settings, string folder) => (Settings, _folder) = (settings, folder);

    /// <summary>The same settings over the copy. The store is the real one; nobody writes to it.</summary>
    public BerthSettings Settings { get; }

    /// <summary>Makes the copy.</summary>
    public static TargetCopy Of(BerthSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("berth-migrate-").FullName;
        if (settings.Database == "sqlite")
        {
            // The log beside the database belongs to it; the index of the log is made anew.
            foreach (var name in new[] { Databases.FileName, Databases.FileName + "-wal" })
            {
                if (File.Exists(Path.Combine(settings.DataDirectory, name)))
                    File.Copy(Path.Combine(settings.DataDirectory, name), Path.Combine(folder, name));
            }
        }

        return new TargetCopy(settings with { DataDirectory = folder, PluginsBaseDirectory = settings.PluginsDirectory, Packages = "file" }, folder);
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
