namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// Zstandard (RFC 8878) by the system's libzstd. Whole files at once, so that what is written is one frame with the size in it.
/// </summary>
internal sealed unsafe class ZstdLibrary
{
    /// <summary>Where it is looked for.</summary>
    public static readonly IReadOnlyList<string> Names = ["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "zstd.dll"];

    private readonly delegate* unmanaged[Cdecl]<nuint, nuint> _bound;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint> _compress;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, nuint> _decompress;
    private readonly delegate* unmanaged[Cdecl]<nuint, uint> _isError;

    private ZstdLibrary(nint[] functions)
    {
        _bound = (delegate* unmanaged[Cdecl]<nuint, nuint>)functions[0];
        _compress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint>)functions[1];
        _decompress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, nuint>)functions[2];
        _isError = (delegate* unmanaged[Cdecl]<nuint, uint>)functions[3];
    }

    /// <summary>The library, or <see langword="null"/> when it is not there.</summary>
    public static ZstdLibrary? Open(IReadOnlyList<string> names) =>
        SystemLibrary.Open(names, "ZSTD_compressBound", "ZSTD_compress", "ZSTD_decompress", "ZSTD_isError") is { } functions ? new ZstdLibrary(functions) : null;

    /// <summary>Compresses. The level is 1 (fast) to 19.</summary>
    public byte[] Compress(ReadOnlySpan<byte> content, int level)
    {
        var target = new byte[(int)_bound((nuint)content.Length)];
        fixed (byte* from = content, to = target)
        {
            var written = _compress(to, (nuint)target.Length, from, (nuint)content.Length, level);
            return _isError(written) == 0 ? target[..(int)written] : throw new InvalidDataException("The zstd library could not compress a file.");
        }
    }

    /// <summary>Decompresses to exactly so many bytes, or answers <see langword="null"/>: they are not a whole frame of that size.</summary>
    public byte[]? Decompress(ReadOnlySpan<byte> coded, int size)
    {
        var target = new byte[size];
        fixed (byte* from = coded, to = target)
        {
            var written = _decompress(to, (nuint)size, from, (nuint)coded.Length);
            return _isError(written) == 0 && written == (nuint)size ? target : null;
        }
    }
}
