using System.IO.Compression;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>Compresses one content as small as it gets. Slow: Brotli's highest quality takes about a second a megabyte.</summary>
internal sealed class ThoroughCoder(CodingLibraries libraries)
{
    private const int BestZstd = 19;
    private const int Step = 64 * 1024;
    private static readonly BrotliCompressionOptions BestBrotli = new() { Quality = 11 };

    /// <summary>The forms that are smaller than those of the entry, and whether zstd is still worth keeping.</summary>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    public (IReadOnlyDictionary<string, byte[]> Smaller, bool IsZstdNeeded) Run(byte[] content, StoreIndexFile entry, CancellationToken cancellationToken)
    {
        var smaller = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Keep(CodedNames.Brotli, Compress(content, to => new BrotliStream(to, BestBrotli, leaveOpen: true), cancellationToken));
        Keep(CodedNames.Gzip, Compress(content, to => new GZipStream(to, CompressionLevel.SmallestSize, leaveOpen: true), cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (libraries.Zstd is { } zstd && content.Length <= FileCodings.LargestZstd)
            Keep(CodedNames.Zstd, zstd.Compress(content, BestZstd));

        var gzip = smaller.GetValueOrDefault(CodedNames.Gzip)?.Length ?? entry.Gz ?? content.Length;
        // Where it cannot be made anew, what there is stays.
        var isNeeded = libraries.Zstd is null ? entry.Zst is not null : (smaller.GetValueOrDefault(CodedNames.Zstd)?.Length ?? entry.Zst) < gzip;
        if (!isNeeded)
            smaller.Remove(CodedNames.Zstd);
        return (smaller, isNeeded);

        void Keep(string coding, byte[] coded)
        {
            if (coded.Length < (entry.SizeOf(coding) ?? content.Length))
                smaller[coding] = coded;
        }
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> coder, CancellationToken cancellationToken)
    {
        using var to = new MemoryStream();
        using (var coded = coder(to))
        {
            for (var from = 0; from < content.Length; from += Step)
            {
                cancellationToken.ThrowIfCancellationRequested();
                coded.Write(content, from, Math.Min(Step, content.Length - from));
            }
        }

        return to.ToArray();
    }
}
