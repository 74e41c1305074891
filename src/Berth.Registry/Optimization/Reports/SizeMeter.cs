using System.IO.Compression;
using System.Runtime.CompilerServices;
using Berth.Packaging.Archive;

namespace Berth.Registry.Optimization.Reports;

/// <summary>Measures served files in the codings of HTTP; the same bytes once.</summary>
internal sealed class SizeMeter(bool withCodings)
{
    private static readonly BrotliCompressionOptions Brotli = new() { Quality = 5 };
    private readonly ConditionalWeakTable<byte[], Coded> _known = [];

    public CodedSizes Of(IReadOnlyDictionary<string, byte[]> files)
    {
        long bytes = 0, gzip = 0, brotli = 0;
        foreach (var (path, content) in files.Where(file => ServedPaths.Contains(file.Key)))
        {
            bytes += content.Length;
            if (!withCodings)
                continue;
            var coded = IsText(path) ? _known.GetValue(content, Measure) : new Coded(content.Length, content.Length);
            gzip += coded.Gzip;
            brotli += coded.Brotli;
        }

        return withCodings ? new CodedSizes(bytes, gzip, brotli) : new CodedSizes(bytes, null, null);
    }

    private static bool IsText(string path) =>
        Path.GetExtension(path) is ".js" or ".mjs" or ".cjs" or ".css" or ".html" or ".json" or ".map" or ".svg" or ".md" or ".txt" or ".wasm" or ".xml" or "";

    private static Coded Measure(byte[] content) => new(
        Math.Min(content.Length, Coded.LengthOf(content, to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true))),
        Math.Min(content.Length, Coded.LengthOf(content, to => new BrotliStream(to, Brotli, leaveOpen: true))));

    private sealed record Coded(long Gzip, long Brotli)
    {
        public static long LengthOf(byte[] content, Func<Stream, Stream> coder)
        {
            using var to = new MemoryStream();
            using (var coded = coder(to))
                coded.Write(content);
            return to.Length;
        }
    }
}
