namespace Berth.Data.Blobs;

/// <summary>The bytes of packages, by digest. What is stored never changes.</summary>
public interface IPackageBlobs
{
    /// <summary>Streams <paramref name="source"/> to a staging file, counting and hashing on the way.</summary>
    /// <exception cref="BlobTooLargeException">More than <paramref name="maxBytes"/> arrived. Nothing is kept.</exception>
    /// <exception cref="IOException">The disk is full or read-only. Nothing is kept.</exception>
    Task<StagedBlob> StageAsync(Stream source, long maxBytes, CancellationToken cancellationToken = default);

    /// <summary>Makes a staged blob durable under its digest (fsync, rename). Storing the same digest twice is no error.</summary>
    Task CommitAsync(StagedBlob blob, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob for reading, seekable, or <see langword="null"/> when there is none.</summary>
    Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>The file that holds the blob when it lies on this machine's disk (for sendfile), otherwise <see langword="null"/>.</summary>
    string? FindFile(string digest);

    /// <summary>Removes a blob. Returns whether there was one.</summary>
    Task<bool> DeleteAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>All blobs, in no order. A blob that comes or goes meanwhile may be listed or not.</summary>
    IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a blob that nobody has stored since an instant. Storing the same bytes again counts, so that a publish under
    /// way, which found the blob there and has no row yet, keeps it. Returns whether it was removed.
    /// </summary>
    Task<bool> DeleteUnusedAsync(string digest, DateTimeOffset notStoredSince, CancellationToken cancellationToken = default);

    /// <summary>Staging files older than <paramref name="age"/>, by name and size.</summary>
    IReadOnlyList<(string Name, long Size)> StaleStaging(TimeSpan age);

    /// <summary>Removes staging files older than <paramref name="age"/>. Returns how many.</summary>
    Task<int> RemoveStaleStagingAsync(TimeSpan age, CancellationToken cancellationToken = default);
}

/// <summary>A blob in a listing.</summary>
/// <param name="Digest">SHA-256 of the bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="StoredAt">When the bytes were stored last.</param>
public sealed record StoredBlob(string Digest, long Size, DateTimeOffset StoredAt);

/// <summary>More bytes arrived than are allowed.</summary>
/// <param name="maxBytes">The bound in bytes.</param>
public sealed class BlobTooLargeException(long maxBytes) : Exception($"The package is larger than {maxBytes} bytes.")
{
    /// <summary>The bound in bytes.</summary>
    public long MaxBytes => maxBytes;
}

/// <summary>A package on its way in. Disposing it before the commit removes the staging file.</summary>
public sealed class StagedBlob : IAsyncDisposable
{
    private readonly Func<ValueTask> _discard;

    /// <summary>Created by <see cref="IPackageBlobs.StageAsync"/>.</summary>
    public StagedBlob(string digest, long size, Stream content, string stagingPath, Func<ValueTask> discard)
    {
        Digest = digest;
        Size = size;
        Content = content;
        StagingPath = stagingPath;
        _discard = discard;
    }

    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>Length in bytes.</summary>
    public long Size { get; }

    /// <summary>The bytes, seekable.</summary>
    public Stream Content { get; }

    /// <summary>Where the bytes lie until the commit.</summary>
    public string StagingPath { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        await _discard();
    }
}
