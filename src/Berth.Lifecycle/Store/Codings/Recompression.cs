using System.Security.Cryptography;
using Berth.Host;
using Berth.Lifecycle.Observability;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// Compresses the served texts of a version again, as small as they get: nobody waits for it any more. A form that becomes
/// smaller takes the place of the quick one; until then, and when anything fails, the quick one is served.
/// </summary>
internal sealed class Recompression(SharedStore store, CodingLibraries libraries, CodingMetrics metrics)
{
    // What one commit takes together, so that a stop or a kill loses little: files, and bytes of them.
    private const int MostFiles = 64;
    private const long MostBytes = 8 * 1024 * 1024;

    // All of a file is in memory, and the highest quality takes a second a megabyte.
    private const long LargestFile = 32 * 1024 * 1024;

    private readonly ThoroughCoder _coder = new(libraries);

    /// <summary>Works on one version. Before: in the store. After: the same files to serve, some smaller on the way.</summary>
    /// <returns>How many contents have smaller forms now.</returns>
    public async Task<int> RunAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        var recoded = 0;
        var untouched = new HashSet<string>(StringComparer.Ordinal);
        while (store.IndexOf(id) is { } index && Batch(index, untouched) is { Count: > 0 } batch)
        {
            if (await RunAsync(id, index, batch, untouched, cancellationToken) is not { } count)
                break;
            recoded += count;
        }

        return recoded;
    }

    private static List<(StoreIndexFile File, bool IsOptimised)> Batch(StoreIndex index, HashSet<string> untouched)
    {
        var batch = new List<(StoreIndexFile, bool)>();
        long bytes = 0;
        foreach (var (file, isOptimised) in index.Files.Select(file => (file, false)).Concat((index.Variant?.Files ?? []).Select(file => (file, true)))
            .Where(one => one.file.Thorough is null && FileCodings.IsWorthwhile(one.file.Path, one.file.Size, one.file.Served)
                && one.file.Size <= LargestFile && !untouched.Contains(one.file.Sha256))
            .DistinctBy(one => one.file.Sha256))
        {
            if (batch.Count > 0 && (batch.Count == MostFiles || bytes + file.Size > MostBytes))
                break;
            batch.Add((file, isOptimised));
            bytes += file.Size;
        }

        return batch;
    }

    private async Task<int?> RunAsync(
        PluginVersionId id, StoreIndex index, List<(StoreIndexFile File, bool IsOptimised)> batch, HashSet<string> untouched, CancellationToken cancellationToken)
    {
        using var staging = StagingFolder.Create(store.Paths, id);
        Directory.CreateDirectory(staging.Index);
        var files = new Dictionary<string, RecodedFile>(StringComparer.Ordinal);
        foreach (var (file, isOptimised) in batch)
        {
            if (await ContentAsync(id, file, isOptimised, cancellationToken) is not { } content)
            {
                untouched.Add(file.Sha256); // what is not as it should be is the doctor's
                continue;
            }

            var (smaller, isZstdNeeded) = await IdleThread.RunAsync("recompression", () => _coder.Run(content, file, cancellationToken));
            foreach (var (coding, coded) in smaller)
                await Durable.WriteAsync(CodedNames.PathOf(staging.Index, file.Sha256, coding, isThorough: true), coded, cancellationToken);
            files[file.Sha256] = new RecodedFile(smaller.ToDictionary(one => one.Key, one => (long)one.Value.Length, StringComparer.Ordinal), isZstdNeeded);
        }

        Durable.FlushDirectory(staging.Index);
        if (files.Count > 0 && !await store.RecodeAsync(id, index.Digest, staging, files, cancellationToken))
            return null;
        foreach (var (file, _) in batch.Where(one => files.ContainsKey(one.File.Sha256)))
            metrics.Add(file, files[file.Sha256]);
        return files.Values.Count(file => file.Smaller.Count > 0);
    }

    /// <summary>The bytes that the index names; nothing is ever made from others.</summary>
    private async Task<byte[]?> ContentAsync(PluginVersionId id, StoreIndexFile file, bool isOptimised, CancellationToken cancellationToken)
    {
        var folder = store.Paths.Index(id);
        try
        {
            if (isOptimised && file.Lz4 is not null)
                return await StoredVersionLoader.Packed(file, folder, libraries).ReadAsync(cancellationToken);
            var path = isOptimised ? CodedNames.OptimisedPath(folder, file.Sha256) : Path.Combine(store.Paths.Version(id), file.Path);
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            return string.Equals(Convert.ToHexStringLower(SHA256.HashData(content)), file.Sha256, StringComparison.Ordinal) ? content : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException || (exception is IOException && isOptimised))
        {
            return null;
        }
    }
}
