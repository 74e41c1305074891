using System.IO.Compression;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Store;

/// <summary>Pre-compressed variants of served texts, named by the digest of what they were made from.</summary>
internal static class Variants
{
    /// <summary>Smaller files fit into one packet anyway.</summary>
    public const int SmallestFile = 513;

    private static readonly BrotliCompressionOptions Brotli = new() { Quality = 5 };

    public static string BrotliPath(string index, string sha256) => Path.Combine(index, sha256 + ".br");

    public static string GzipPath(string index, string sha256) => Path.Combine(index, sha256 + ".gz");

    /// <summary>Writes the variants that are smaller than the file. Answers the index entry.</summary>
    public static async Task<StoreIndexFile> CreateAsync(PackageFile file, string files, string index, CancellationToken cancellationToken)
    {
        var entry = new StoreIndexFile(file.Path, file.Size, file.Sha256, file.IsServed);
        if (!file.IsServed || file.Size < SmallestFile || !MediaTypes.IsCompressible(MediaTypes.Of(file.Path)))
            return entry;

        var source = Path.Combine(files, file.Path);
        return entry with
        {
            Br = await CompressAsync(source, BrotliPath(index, file.Sha256), to => new BrotliStream(to, Brotli, leaveOpen: true), cancellationToken),
            Gz = await CompressAsync(source, GzipPath(index, file.Sha256), to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true), cancellationToken),
        };
    }

    private static async Task<long?> CompressAsync(string source, string target, Func<Stream, Stream> coder, CancellationToken cancellationToken)
    {
        if (File.Exists(target)) // two files with the same bytes share their variants
            return new FileInfo(target).Length;

        long size;
        await using var from = File.OpenRead(source);
        await using (var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await using (var coded = coder(to))
                await from.CopyToAsync(coded, cancellationToken);
            await to.FlushAsync(cancellationToken);
            to.Flush(flushToDisk: true);
            size = to.Length;
        }

        if (size < from.Length)
            return size;
        File.Delete(target);
        return null;
    }
}
