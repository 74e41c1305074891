namespace Berth.Host.Offers;

/// <summary>
/// Keeps what lies in one offered folder below its bound: what is there is measured once a minute at most, for a write, and what plugins write
/// and delete meanwhile is counted. What others put there between two looks is seen by the next.
/// </summary>
internal sealed class FolderRoom(OfferedFolder folder, long most, TimeProvider time)
{
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _measuring = new(1, 1);
    private long? _measuredAt;
    private long _lying;
    private long _taken;

    // Written while somebody measures: the measure may have seen it, or not.
    private long _meanwhile;

    /// <summary>Begins a write, with room for the smallest file.</summary>
    /// <exception cref="IOException">The folder is full.</exception>
    public async Task<Share> TakeAsync(OfferedPath path, CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        var share = new Share(this, path);
        share.Grow(FolderSize.LeastBytes);
        return share;
    }

    /// <summary>A file of that length was taken away.</summary>
    public void Free(long length)
    {
        lock (_gate)
            _lying = Math.Max(0, _lying - Counted(length));
    }

    private long Most => most;

    private static long Counted(long length) => Math.Max(FolderSize.LeastBytes, length);

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await _measuring.WaitAsync(cancellationToken);
        try
        {
            if (_measuredAt is { } at && time.GetElapsedTime(at) < Believed)
                return;
            lock (_gate)
                _meanwhile = 0;
            // What is being written counts as taken, and is not there yet.
            var lying = await Task.Run(() => FolderSize.Of(folder.Path, long.MaxValue, closed: 0, FolderFiles.Unfinished), cancellationToken);
            lock (_gate)
                _lying = lying + _meanwhile;
            _measuredAt = time.GetTimestamp();
        }
        finally
        {
            _measuring.Release();
        }
    }

    private bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_lying + _taken + bytes > most)
                return false;
            _taken += bytes;
            return true;
        }
    }

    private void GiveBack(long bytes)
    {
        lock (_gate)
            _taken -= bytes;
    }

    private void Keep(long bytes, long replaced)
    {
        lock (_gate)
        {
            _taken -= bytes;
            _lying = Math.Max(0, _lying + bytes - replaced);
            _meanwhile += bytes;
        }
    }

    /// <summary>The room that one write has taken; given back unless the file is kept.</summary>
    internal sealed class Share(FolderRoom room, OfferedPath path) : IDisposable
    {
        private long _bytes;

        /// <summary>Room for a file of that length.</summary>
        /// <exception cref="IOException">The folder is full.</exception>
        public void Grow(long length)
        {
            if (length <= _bytes)
                return;
            if (!room.TryTake(length - _bytes))
                throw new IOException($"'{path}' is not written: all files in the folder '{path.Folder}' together may have {room.Most} bytes, and there is no room for it. Delete what is not needed there; the administrator can give it more (BERTH_PLUGIN_FOLDERS).");
            _bytes = length;
        }

        /// <summary>The file is there.</summary>
        /// <param name="replaced">The length of the one that it replaces, if there was one.</param>
        public void Keep(long? replaced)
        {
            room.Keep(_bytes, replaced is { } length ? Counted(length) : 0);
            _bytes = 0;
        }

        public void Dispose()
        {
            room.GiveBack(_bytes);
            _bytes = 0;
        }
    }
}
