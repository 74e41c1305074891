namespace Berth.Host.Offers;

/// <summary>Finds what paths in the offered folders mean, one name after another and never through a link.</summary>
internal sealed class OfferedFolders(HostOptions options, TimeProvider time)
{
    private readonly Dictionary<string, FolderRoom> _rooms = options.PluginFolders.Where(folder => folder.MaxBytes is not null)
        .ToDictionary(folder => folder.Name, folder => new FolderRoom(folder, folder.MaxBytes!.Value, time), StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyList<PluginFolder> All { get; } = [.. options.PluginFolders.Select(folder => new PluginFolder(folder.Name, folder.IsWritable))];

    /// <summary>What bounds all files of the folder together; <see langword="null"/> where nothing does.</summary>
    public FolderRoom? RoomOf(OfferedPath path) => _rooms.GetValueOrDefault(path.Folder);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public UnixEntry OpenFolder(OfferedPath path) => Descend(path, path.Names, mayMake: false);

    /// <summary>Opens a file; <see langword="null"/> when there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">It is something else than a file.</exception>
    public UnixEntry? FindFile(OfferedPath path)
    {
        using var folder = FindParent(path);
        return folder is null ? null : FileIn(folder, path);
    }

    /// <summary>Opens the folder that a file is in; <see langword="null"/> when there is none.</summary>
    public UnixEntry? FindParent(OfferedPath path)
    {
        try
        {
            return Descend(path, path.Names.SkipLast(1), mayMake: false);
        }
        catch (FileNotFoundException exception) when (exception.FileName is null && IsOffered(path))
        {
            return null;
        }
    }

    /// <summary>Opens the folder that a file is to be in, and makes what is missing of it.</summary>
    /// <exception cref="UnauthorizedAccessException">Nothing is written there.</exception>
    public UnixEntry MakeParent(OfferedPath path)
    {
        DemandWritable(path);
        return Descend(path, path.Names.SkipLast(1), mayMake: true);
    }

    /// <summary>Opens a file in its folder; <see langword="null"/> when there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">It is something else than a file.</exception>
    public static UnixEntry? FileIn(UnixEntry folder, OfferedPath path)
    {
        var entry = folder.Child(path.Names[^1]);
        if (entry is null or { Status.Kind: UnixKind.File })
            return entry;
        entry.Dispose();
        throw Refused(path, path.Names[^1], entry.Status.Kind, "no file");
    }

    /// <exception cref="UnauthorizedAccessException">The folder is offered for reading only.</exception>
    public void DemandWritable(OfferedPath path)
    {
        if (!OfferOf(path).IsWritable)
            throw new UnauthorizedAccessException($"'{path}' cannot be changed: the folder '{path.Folder}' is offered for reading only.");
    }

    private UnixEntry Descend(OfferedPath path, IEnumerable<string> names, bool mayMake)
    {
        var entry = UnixEntry.Open(OfferOf(path).Path) ?? throw Missing(path);
        foreach (var name in names)
        {
            using var above = entry;
            entry = above.Child(name) ?? (mayMake ? Make(above, name) : null) ?? throw Missing(path);
            if (entry.Status.Kind == UnixKind.Folder)
                continue;
            entry.Dispose();
            throw Refused(path, name, entry.Status.Kind, "no folder");
        }

        return entry;
    }

    private static UnixEntry? Make(UnixEntry above, string name)
    {
        Directory.CreateDirectory($"{above.Path}/{name}");
        return above.Child(name);
    }

    private OfferedFolder OfferOf(OfferedPath path) => options.PluginFolders.FirstOrDefault(folder => string.Equals(folder.Name, path.Folder, StringComparison.Ordinal))
        ?? throw new FileNotFoundException($"The administrator offers no folder '{path.Folder}' to plugins (BERTH_PLUGIN_FOLDERS).");

    private bool IsOffered(OfferedPath path) => options.PluginFolders.Any(folder => string.Equals(folder.Name, path.Folder, StringComparison.Ordinal));

    private static FileNotFoundException Missing(OfferedPath path) => new($"There is no '{path}'.");

    private static UnauthorizedAccessException Refused(OfferedPath path, string name, UnixKind kind, string isNot) =>
        new($"'{path}' is not opened: '{name}' is {(kind == UnixKind.Link ? "a symbolic link, and none is followed" : isNot)}.");
}
