namespace Berth.Packaging.Archive;

/// <summary>Writes an accepted package's files below one empty folder, and nowhere else.</summary>
internal sealed class PackageExtraction(Package expected, string emptyDirectory, PackageLimits limits)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(emptyDirectory));
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public void Run(Stream package, CancellationToken cancellationToken)
    {
        var directory = ReadDirectory(package);
        CreateRoot();
        var files = expected.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        using var cursor = new PackageCursor(package, 0, digest: false);
        using var pass = new ArchivePass(cursor, cancellationToken);
        foreach (var entry in directory.Entries)
        {
            // The package is read a second time here, perhaps from other bytes: only what was accepted is written.
            if (!files.Remove(entry.Path, out var file) || file.Size != entry.Size)
            {
                throw Changed(entry.Path);
            }

            Write(pass, entry, file);
        }

        if (files.Count > 0)
        {
            throw Changed(files.Keys.First());
        }

        // Children before parents: a folder that is on disk names only what is on disk.
        foreach (var folder in _folders.OrderByDescending(folder => folder.Length))
        {
            DirectorySync.Flush(folder);
        }
    }

    private ArchiveDirectory ReadDirectory(Stream package)
    {
        var faults = new List<PackageFault>();
        var directory = ArchiveDirectory.Read(package, limits, faults);
        return directory is not null && faults.Count == 0
            ? directory
            : throw new InvalidDataException($"The package is refused ({faults[0].Code}): {faults[0].Message}");
    }

    private void CreateRoot()
    {
        Directory.CreateDirectory(_root);
        _folders.Add(_root);
        if (Directory.EnumerateFileSystemEntries(_root).Any())
        {
            throw new IOException($"The folder for {Name} is not empty. Extract into a new folder.");
        }
    }

    private void Write(ArchivePass pass, ArchiveEntry entry, PackageFile file)
    {
        var target = TargetOf(entry.Path);
        CreateFolders(Path.GetDirectoryName(target)!);

        // No PreallocationSize: on a full disk it fails without the error number (ENOSPC) that tells callers what happened.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var output = new FileStream(target, options);
        var fault = pass.Read(entry, output, out var written);
        if (fault is not null || !string.Equals(written!.Sha256, file.Sha256, StringComparison.Ordinal))
        {
            throw Changed(entry.Path);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(output.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        RandomAccess.FlushToDisk(output.SafeFileHandle);
    }

    private string TargetOf(string path)
    {
        var target = Path.GetFullPath(Path.Combine([_root, .. path.Split('/')]));
        return EntryNames.IsValid(path) && target.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? target
            : throw new InvalidDataException($"'{EntryNames.Shown(path)}' of {Name} would be written outside its folder.");
    }

    private void CreateFolders(string folder)
    {
        if (_folders.Contains(folder))
        {
            return;
        }

        CreateFolders(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        _folders.Add(folder);
    }

    private string Name => $"{expected.Manifest.Name} {expected.Manifest.Version}";

    private InvalidDataException Changed(string path) =>
        new($"'{EntryNames.Shown(path)}' is not the file that was accepted as part of {Name}: the package was damaged or changed. Fetch it again.");
}
