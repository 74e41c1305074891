using System.Collections.Concurrent;

namespace Berth.Host.Offers;

/// <summary>Lists, reads, writes and deletes in the offered folders. Looks at no capability: whoever asks has done so.</summary>
internal sealed class FolderFiles(OfferedFolders folders, TimeProvider time)
{
    /// <summary>Entries of one page.</summary>
    public const int MostEntries = 1000;

    /// <summary>How the names of files begin that are being written.</summary>
    public const string Unfinished = OfferedPath.HostPrefix + "write-";
    private const int MostKnownFolders = 10_000;
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, bool> _swept = new(StringComparer.Ordinal);

    public PluginFilePage List(OfferedPath path, string? after, CancellationToken cancellationToken)
    {
        using var folder = folders.OpenFolder(path);
        // However many there are, no more than a page of names is held.
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var found in Directory.EnumerateFileSystemEntries(folder.Path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetFileName(found);
            if (string.CompareOrdinal(name, after) <= 0 || !OfferedPath.IsName(name))
                continue;
            names.Add(name);
            if (names.Count > MostEntries + 1)
                names.Remove(names.Max!);
        }

        var page = names.Take(MostEntries).ToList();
        return new PluginFilePage([.. page.Select(name => Entry(folder, name)).OfType<PluginFile>()], names.Count > MostEntries ? page[^1] : null);
    }

    public Stream OpenRead(OfferedPath path)
    {
        using var file = folders.FindFile(path) ?? throw new FileNotFoundException($"There is no '{path}'.");
        return new FileStream(file.Path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
    }

    public async Task WriteAsync(OfferedPath path, Stream content, long most, CancellationToken cancellationToken)
    {
        folders.DemandWritable(path);
        using var share = folders.RoomOf(path) is { } room ? await room.TakeAsync(path, cancellationToken) : null;
        using var folder = folders.MakeParent(path);
        Sweep(folder, path);
        using var old = OfferedFolders.FileIn(folder, path);
        var unfinished = $"{folder.Path}/{Unfinished}{Guid.NewGuid():n}";
        try
        {
            await FillAsync(unfinished, path, content, most, old?.Status.Mode, share, cancellationToken);
            File.Move(unfinished, $"{folder.Path}/{path.Names[^1]}", overwrite: true);
            share?.Keep(old?.Status.Length);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    public bool Delete(OfferedPath path)
    {
        folders.DemandWritable(path);
        using var folder = folders.FindParent(path);
        using var file = folder is null ? null : OfferedFolders.FileIn(folder, path);
        if (file is null)
            return false;
        File.Delete($"{folder!.Path}/{path.Names[^1]}");
        folders.RoomOf(path)?.Free(file.Status.Length);
        return true;
    }

    private static async Task FillAsync(string unfinished, OfferedPath path, Stream content, long most, UnixFileMode? mode, FolderRoom.Share? share, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
        });
        var buffer = new byte[64 * 1024];
        long written = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((written += read) > most)
                throw new IOException($"'{path}' is not written: it has more than {most} bytes, the most that a file of this plugin may have. The old one, if there was one, is as it was.");
            share?.Grow(written);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (mode is { } kept && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, kept);
        file.Flush(flushToDisk: true);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static PluginFile? Entry(UnixEntry folder, string name)
    {
        using var entry = folder.Child(name);
        return entry?.Status switch
        {
            { Kind: UnixKind.File } file => new PluginFile(name, IsFolder: false, file.Length, file.ModifiedAt),
            { Kind: UnixKind.Folder } below => new PluginFile(name, IsFolder: true, 0, below.ModifiedAt),
            _ => null,
        };
    }

    // What a host left that was killed in the middle of a write; looked for once, where something is written again.
    private void Sweep(UnixEntry folder, OfferedPath path)
    {
        var place = string.Join('/', [path.Folder, .. path.Names.SkipLast(1)]);
        if (_swept.Count >= MostKnownFolders || !_swept.TryAdd(place, true))
            return;
        foreach (var left in Directory.EnumerateFiles(folder.Path, Unfinished + "*"))
        {
            if (time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(left)) > Abandoned)
                File.Delete(left);
        }
    }
}
