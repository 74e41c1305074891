using System.IO.Compression;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>Makes the pre-compressed forms of served texts while a version is staged: quickly, because somebody waits.</summary>
internal sealed class FileCodings(CodingLibraries libraries)
{
    /// <summary>Smaller files fit into one packet anyway.</summary>
    public const int SmallestFile = 513;

    /// <summary>
    /// The largest file that gets zstd. What is compressed at once needs a window as large as itself, and who receives the
    /// coding need not have more than 8 MB (RFC 9659).
    /// </summary>
    public const int LargestZstd = 8 * 1024 * 1024;

    // A plain answer of a packed file comes from memory always: these are what the cache of files takes.
    private const int LargestPacked = 512 * 1024;

    private const int QuickZstd = 9;
    private static readonly BrotliCompressionOptions Brotli = new() { Quality = 5 };

    /// <summary>Whether a file is worth compressing: served, a text, and more than a packet.</summary>
    public static bool IsWorthwhile(string path, long size, bool isServed) =>
        isServed && size >= SmallestFile && MediaTypes.IsCompressible(MediaTypes.Of(path));

    /// <summary>Writes the forms that are smaller than the file. Answers the index entry.</summary>
    public async Task<StoreIndexFile> CreateAsync(PackageFile file, string files, string index, CancellationToken cancellationToken)
    {
        var entry = new StoreIndexFile(file.Path, file.Size, file.Sha256, file.IsServed);
        if (!IsWorthwhile(file.Path, file.Size, file.IsServed))
            return entry;

        var source = Path.Combine(files, file.Path);
        entry = entry with
        {
            Br = await CompressAsync(source, Target(CodedNames.Brotli), to => new BrotliStream(to, Brotli, leaveOpen: true), cancellationToken),
            Gz = await CompressAsync(source, Target(CodedNames.Gzip), to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true), cancellationToken),
        };
        return libraries.Zstd is { } zstd && file.Size <= LargestZstd
            ? entry with { Zst = await CompressAsync(zstd, source, Target(CodedNames.Zstd), entry.Gz ?? file.Size, cancellationToken) }
            : entry;

        string Target(string coding) => CodedNames.PathOf(index, file.Sha256, coding, isThorough: false);
    }

    /// <summary>How many bytes the forms of a file take.</summary>
    public long Measure(PackageFile file, ReadOnlyMemory<byte> content)
    {
        if (!IsWorthwhile(file.Path, file.Size, file.IsServed))
            return 0;
        var brotli = LengthOf(content, to => new BrotliStream(to, Brotli, leaveOpen: true));
        var gzip = LengthOf(content, to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true));
        var zstd = file.Size <= LargestZstd ? libraries.Zstd?.Compress(content.Span, QuickZstd).LongLength ?? long.MaxValue : long.MaxValue;
        return (brotli < file.Size ? brotli : 0) + (gzip < file.Size ? gzip : 0) + (zstd < Math.Min(gzip, file.Size) ? zstd : 0);
    }

    /// <summary>
    /// Lays out a file that is not the author's: packed, when that saves an eighth and the same bytes can also be had from
    /// another form, so that they are not lost with the library; otherwise as it is. Answers the index entry.
    /// </summary>
    public async Task<StoreIndexFile> LayOutAsync(StoreIndexFile entry, string source, string index, CancellationToken cancellationToken)
    {
        var (plain, packed) = (CodedNames.OptimisedPath(index, entry.Sha256), CodedNames.PackedPath(index, entry.Sha256));
        if (File.Exists(packed)) // two files with the same bytes share what stands for them
            return entry with { Lz4 = new FileInfo(packed).Length };
        if (File.Exists(plain))
            return entry;
        var content = await File.ReadAllBytesAsync(source, cancellationToken);
        if (libraries.Lz4 is { } lz4 && content.Length <= LargestPacked && (entry.Gz ?? entry.Br) is not null)
        {
            var bytes = lz4.Compress(content);
            if (bytes.Length <= content.Length - (content.Length / 8))
            {
                await Durable.WriteAsync(packed, bytes, cancellationToken);
                return entry with { Lz4 = bytes.Length };
            }
        }

        await Durable.WriteAsync(plain, content, cancellationToken);
        return entry;
    }

    private static long LengthOf(ReadOnlyMemory<byte> content, Func<Stream, Stream> coder)
    {
        using var to = new MemoryStream();
        using (var coded = coder(to))
            coded.Write(content.Span);
        return to.Length;
    }

    private static async Task<long?> CompressAsync(string source, string target, Func<Stream, Stream> coder, CancellationToken cancellationToken)
    {
        if (File.Exists(target)) // two files with the same bytes share their codings
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

    // Kept where it is smaller than what everybody accepts; whoever takes zstd and no brotli gains by it.
    private static async Task<long?> CompressAsync(ZstdLibrary zstd, string source, string target, long bound, CancellationToken cancellationToken)
    {
        if (File.Exists(target))
            return new FileInfo(target).Length;
        var coded = zstd.Compress(await File.ReadAllBytesAsync(source, cancellationToken), QuickZstd);
        if (coded.Length >= bound)
            return null;
        await Durable.WriteAsync(target, coded, cancellationToken);
        return coded.Length;
    }
}
