using System.Runtime.CompilerServices;

namespace Berth.Data.Blobs;

/// <summary>Listing blobs, and removing those that nothing refers to.</summary>
internal sealed partial class FileBlobs
{
    private const string LockFile = "unused.lock";
    private const int LockAttempts = 2_000;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(5);

    public async IAsyncEnumerable<StoredBlob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(folder => Path.GetFileName(folder).Length == 2))
        {
            await Task.Yield();
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (PathOf(file.Name) is not null && file.Exists)
                    yield return new StoredBlob(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
            }
        }
    }

    public Task<bool> DeleteUnusedAsync(string digest, DateTimeOffset notStoredSince, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(
            () =>
            {
                if (PathOf(digest) is not { } path)
                    return false;
                using var @lock = Lock();
                if (new FileInfo(path) is not { Exists: true } file || file.LastWriteTimeUtc > notStoredSince.UtcDateTime)
                    return false;
                file.Delete();
                DurableFolder.Flush(Path.GetDirectoryName(path)!);
                return true;
            },
            CancellationToken.None);
    }

    public IReadOnlyList<(string Name, long Size)> StaleStaging(TimeSpan age)
    {
        var oldest = _time.GetUtcNow().UtcDateTime - age;
        return [.. new DirectoryInfo(_staging).EnumerateFiles()
            .Where(file => file.Name != LockFile && file.Exists && file.LastWriteTimeUtc < oldest)
            .Select(file => (file.Name, file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Answers whether the same bytes are there, and notes that they were stored now. Under the lock, so that a removal
    /// comes wholly before (and the bytes are stored again) or sees the note.
    /// </summary>
    private bool Touch(string target, long size)
    {
        if (!File.Exists(target))
            return false;
        using var @lock = Lock();
        if (new FileInfo(target) is not { Exists: true } existing || existing.Length != size)
            return false;
        existing.LastWriteTimeUtc = _time.GetUtcNow().UtcDateTime;
        return true;
    }

    private FileStream Lock()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(_staging, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < LockAttempts && File.Exists(Path.Combine(_staging, LockFile)))
            {
                // Somebody else has it for a few file operations. A disk that refuses looks the same, so there is an end.
                Thread.Sleep(LockPause);
            }
        }
    }
}
