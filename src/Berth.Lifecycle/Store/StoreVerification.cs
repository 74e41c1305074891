using System.IO.Compression;
using System.Security.Cryptography;
using Berth.Host;
using Berth.Lifecycle.Store.Codings;

namespace Berth.Lifecycle.Store;

/// <summary>Compares a version's files with its index, byte for byte.</summary>
internal sealed class StoreVerification(StorePaths paths, CodingLibraries libraries)
{
    /// <summary>Reads every file. Takes as long as the disk needs.</summary>
    public Task<VersionFaults> VerifyAsync(PluginVersionId id, CancellationToken cancellationToken) =>
        Task.Run(() => Verify(id, cancellationToken), cancellationToken);

    private VersionFaults Verify(PluginVersionId id, CancellationToken cancellationToken)
    {
        var directory = paths.Version(id);
        var indexDirectory = paths.Index(id);
        var index = StoreIndex.Read(Path.Combine(indexDirectory, StoreIndex.FileName));
        if (index is not null && !(string.Equals(index.Slug, id.Slug, StringComparison.Ordinal) && string.Equals(index.Version, id.Version, StringComparison.Ordinal)))
            index = null;
        if (!Directory.Exists(directory) || index is null)
            return new VersionFaults(Directory.Exists(directory), index, [], [], [], []);

        List<string> missing = [], modified = [], variants = [];
        foreach (var file in index.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(directory, file.Path);
            if (!File.Exists(path))
                missing.Add(file.Path);
            else if (!IsIntact(path, file))
                modified.Add(file.Path);
            variants.AddRange(BrokenCodings(indexDirectory, file));
        }

        foreach (var file in index.Variant?.Files ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsOptimisedIntact(indexDirectory, file))
                variants.Add(file.Path + " (optimised)");
            variants.AddRange(BrokenCodings(indexDirectory, file));
        }

        var expected = index.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var strange = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !expected.Contains(path)).Order(StringComparer.Ordinal).ToList();
        return new VersionFaults(true, index, missing, modified, strange, variants);
    }

    private IEnumerable<string> BrokenCodings(string indexDirectory, StoreIndexFile file)
    {
        if (file.Br is { } br && !IsIntact(file.PathOf(indexDirectory, CodedNames.Brotli), br, file, from => new BrotliStream(from, CompressionMode.Decompress)))
            yield return file.Path + ".br";
        if (file.Gz is { } gz && !IsIntact(file.PathOf(indexDirectory, CodedNames.Gzip), gz, file, from => new GZipStream(from, CompressionMode.Decompress)))
            yield return file.Path + ".gz";
        if (file.Zst is { } zst && !IsIntact(file.PathOf(indexDirectory, CodedNames.Zstd), zst, file, libraries.Zstd is { } zstd ? zstd.Decompress : null))
            yield return file.Path + ".zst";
    }

    private bool IsOptimisedIntact(string indexDirectory, StoreIndexFile file) => file.Lz4 is not { } packed
        ? IsIntact(CodedNames.OptimisedPath(indexDirectory, file.Sha256), file)
        : IsIntact(CodedNames.PackedPath(indexDirectory, file.Sha256), packed, file, libraries.Lz4 is { } lz4 ? lz4.Decompress : null);

    /// <summary>Without the library only the length can be compared; the doctor says so.</summary>
    private static bool IsIntact(string path, long size, StoreIndexFile file, Decoder? decoder)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true } found || found.Length != size || file.Size > int.MaxValue)
                return false;
            return decoder is null || (decoder(File.ReadAllBytes(path), (int)file.Size) is { } content
                && string.Equals(Convert.ToHexStringLower(SHA256.HashData(content)), file.Sha256, StringComparison.Ordinal));
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            return false;
        }
    }

    private static bool IsIntact(string path, StoreIndexFile file)
    {
        try
        {
            using var from = File.OpenRead(path);
            return from.Length == file.Size && HasDigest(from, file.Sha256);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            return false;
        }
    }

    private static bool IsIntact(string path, long size, StoreIndexFile file, Func<Stream, Stream> decoder)
    {
        try
        {
            using var from = File.OpenRead(path);
            if (from.Length != size)
                return false;
            using var decoded = decoder(from);
            return HasDigest(decoded, file.Sha256);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception) || exception is InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasDigest(Stream from, string sha256) =>
        string.Equals(Convert.ToHexStringLower(SHA256.HashData(from)), sha256, StringComparison.Ordinal);

    private delegate byte[]? Decoder(ReadOnlySpan<byte> coded, int size);
}

/// <summary>What is wrong with a version's files.</summary>
/// <param name="IsThere">Whether the version's folder is there.</param>
/// <param name="Index">Its index; <see langword="null"/> when it is missing or unreadable.</param>
/// <param name="Missing">Files of the index that are not there.</param>
/// <param name="Modified">Files with other bytes than the index says.</param>
/// <param name="Strange">Files that the index does not name.</param>
/// <param name="Variants">Pre-compressed variants that are missing or decode to something else.</param>
internal sealed record VersionFaults(
    bool IsThere, StoreIndex? Index, IReadOnlyList<string> Missing, IReadOnlyList<string> Modified, IReadOnlyList<string> Strange, IReadOnlyList<string> Variants)
{
    public bool IsSound => IsThere && Index is not null && Missing.Count + Modified.Count + Strange.Count + Variants.Count == 0;

    /// <summary>All of it, each with a word before it.</summary>
    public IReadOnlyList<string> Described =>
        !IsThere ? ["missing: all files"]
        : Index is null ? ["missing: the index"]
        : [.. Missing.Select(path => "missing: " + path), .. Modified.Select(path => "modified: " + path), .. Strange.Select(path => "strange: " + path), .. Variants.Select(path => "variant: " + path)];
}
