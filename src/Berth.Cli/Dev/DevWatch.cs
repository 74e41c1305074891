using System.Threading.Channels;

namespace Berth.Cli.Dev;

/// <summary>Tells that something of a plugin has changed, once it has been quiet for a moment: an editor writes more than one file.</summary>
internal sealed class DevWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    // What builds and tools write by themselves.
    private static readonly string[] Ignored = ["bin", "obj", "node_modules", ".git", ".vs", ".idea", "artifacts"];

    private readonly Channel<string> _changes = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly FileSystemWatcher _watcher;
    private readonly string _folder;

    public DevWatch(DirectoryInfo folder)
    {
        _folder = folder.FullName;
        _watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true, InternalBufferSize = 64 * 1024 };
        _watcher.Changed += (_, change) => Note(change.FullPath);
        _watcher.Created += (_, change) => Note(change.FullPath);
        _watcher.Deleted += (_, change) => Note(change.FullPath);
        _watcher.Renamed += (_, change) => Note(change.FullPath);
        // More at once than it could hold: something has changed, whatever it was.
        _watcher.Error += (_, _) => _changes.Writer.TryWrite(_folder);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for the next change.</summary>
    /// <returns>A path that changed, for people.</returns>
    public async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        var changed = await _changes.Reader.ReadAsync(cancellationToken);
        while (true)
        {
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var next = _changes.Reader.WaitToReadAsync(quiet.Token).AsTask();
            if (await Task.WhenAny(next, Task.Delay(Quiet, cancellationToken)) != next)
            {
                await quiet.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                return Path.GetRelativePath(_folder, changed);
            }

            if (_changes.Reader.TryRead(out var later))
                changed = later;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _watcher.Dispose();

    private void Note(string path)
    {
        var parts = Path.GetRelativePath(_folder, path).Split(Path.DirectorySeparatorChar);
        if (!parts.Any(part => Ignored.Contains(part, StringComparer.OrdinalIgnoreCase)))
            _changes.Writer.TryWrite(path);
    }
}
