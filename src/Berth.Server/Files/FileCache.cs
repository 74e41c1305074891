using System.Collections.Concurrent;
using Berth.Lifecycle.Store;

namespace Berth.Server.Files;

/// <summary>
/// The bytes of small files that were served lately. Files of a version never change, so nothing is ever out of date.
/// Bounded; when full, all is dropped and fills again.
/// </summary>
public sealed class FileCache
{
    private const int MaxFileBytes = 512 * 1024;
    private const long MaxTotalBytes = 48L * 1024 * 1024;
    private readonly ConcurrentDictionary<FileRepresentation, byte[]> _files = new(ReferenceEqualityComparer.Instance);
    private long _total;
    private long _hits;
    private long _misses;

    /// <summary>Hits and misses since the start.</summary>
    public (long Hits, long Misses) Figures => (Volatile.Read(ref _hits), Volatile.Read(ref _misses));

    /// <summary>The file's bytes when they are in memory or small enough to be put there; otherwise the caller sends the file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ValueTask<byte[]?> GetAsync(FileRepresentation file, CancellationToken cancellationToken)
    {
        if (_files.TryGetValue(file, out var bytes))
        {
            Interlocked.Increment(ref _hits);
            return ValueTask.FromResult<byte[]?>(bytes);
        }

        Interlocked.Increment(ref _misses);
        return file.Packed is null && file.Size > MaxFileBytes ? ValueTask.FromResult<byte[]?>(null) : LoadAsync(file, cancellationToken);
    }

    private async ValueTask<byte[]?> LoadAsync(FileRepresentation file, CancellationToken cancellationToken)
    {
        var bytes = file.Packed is { } packed ? await packed.ReadAsync(cancellationToken) : await File.ReadAllBytesAsync(file.FullPath, cancellationToken);
        if (bytes.Length != file.Size)
            throw new IOException("The file's length is not the one in the table.");
        if (_files.TryAdd(file, bytes) && Interlocked.Add(ref _total, bytes.Length) > MaxTotalBytes)
        {
            _files.Clear();
            Volatile.Write(ref _total, 0);
        }

        return bytes;
    }
}

