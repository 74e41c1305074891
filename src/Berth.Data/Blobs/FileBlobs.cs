using System.Buffers;
using System.Security.Cryptography;

namespace Berth.Data.Blobs;

/// <summary>
/// Packages as files: <c>packages/{first two digits}/{digest}</c>, read-only. A file appears under its digest by a
/// rename on the same file system, so it is there wholly or not at all.
/// </summary>
internal sealed partial class FileBlobs : IPackageBlobs
{
    private const int BufferSize = 128 * 1024;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _root;
    private readonly string _staging;
    private readonly TimeProvider _time;

    /// <summary>Opens the store and creates its folders.</summary>
    public FileBlobs(string root, TimeProvider time)
    {
        _root = Path.GetFullPath(root);
        _staging = Path.Combine(_root, ".staging");
        _time = time;
        PrivateFiles.KeepFolder(_root);
        Directory.CreateDirectory(_staging);
    }

    public async Task<StagedBlob> StageAsync(Stream source, long maxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var path = Path.Combine(_staging, Guid.NewGuid().ToString("N"));
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        });
        try
        {
            var (digest, size) = await CopyAsync(source, file, maxBytes, cancellationToken);
            file.Position = 0;
            return new StagedBlob(digest, size, file, path, () => Discard(path));
        }
        catch
        {
            await file.DisposeAsync();
            await Discard(path);
            throw;
        }
    }

    public Task CommitAsync(StagedBlob blob, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var target = PathOf(blob.Digest) ?? throw new ArgumentException("The blob was not staged by a store.", nameof(blob));
        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(() => Commit(blob, target), CancellationToken.None);
    }

    public Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var path = PathOf(digest);
            return Task.FromResult<Stream?>(path is null ? null : new FileStream(path, new FileStreamOptions
            {
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            }));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public string? FindFile(string digest) => PathOf(digest) is { } path && File.Exists(path) ? path : null;

    public Task<bool> DeleteAsync(string digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (FindFile(digest) is not { } path)
            return Task.FromResult(false);

        File.Delete(path);
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
        return Task.FromResult(true);
    }

    public Task<int> RemoveStaleStagingAsync(TimeSpan age, CancellationToken cancellationToken = default)
    {
        var oldest = _time.GetUtcNow().UtcDateTime - age;
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(_staging).Where(path => Path.GetFileName(path) != LockFile))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Gone meanwhile: then its time of writing is the year 1601, and deleting it does nothing.
            if (File.GetLastWriteTimeUtc(path) >= oldest)
                continue;

            File.Delete(path);
            removed++;
        }

        return Task.FromResult(removed);
    }

    private static async Task<(string Digest, long Size)> CopyAsync(Stream source, FileStream file, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The buffer belongs to this upload alone until it is given back.
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var size = 0L;
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                size += read;
                if (size > maxBytes)
                    throw new BlobTooLargeException(maxBytes);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Commit(StagedBlob blob, string target)
    {
        // The same bytes are there already. A file of another length is what a broken disk left; it is replaced.
        if (Touch(target, blob.Size))
            return;

        using (var handle = File.OpenHandle(blob.StagingPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(handle);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(handle, ReadOnly);
        }

        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DurableFolder.Flush(_root);
        }

        File.Move(blob.StagingPath, target, overwrite: true);
        DurableFolder.Flush(folder);
    }

    private static ValueTask Discard(string path)
    {
        File.Delete(path);
        return ValueTask.CompletedTask;
    }

    /// <summary>Where a blob lies. Nothing but 64 hexadecimal digits becomes part of a path.</summary>
    private string? PathOf(string? digest) =>
        digest is { Length: 64 } && digest.All(char.IsAsciiHexDigitLower) ? Path.Combine(_root, digest[..2], digest) : null;
}
