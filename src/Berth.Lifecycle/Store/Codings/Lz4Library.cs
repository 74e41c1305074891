namespace Berth.Lifecycle.Store.Codings;

/// <summary>LZ4 blocks by the system's liblz4. A block does not know its size: the store's index does.</summary>
internal sealed unsafe class Lz4Library
{
    /// <summary>Where it is looked for.</summary>
    public static readonly IReadOnlyList<string> Names = ["liblz4.so.1", "liblz4.1.dylib", "liblz4.dll", "lz4.dll"];

    private const int Level = 9; // LZ4HC: written once, read often
    private readonly delegate* unmanaged[Cdecl]<int, int> _bound;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int, int> _compress;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int> _decompress;

    private Lz4Library(nint[] functions)
    {
        _bound = (delegate* unmanaged[Cdecl]<int, int>)functions[0];
        _compress = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int, int>)functions[1];
        _decompress = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int>)functions[2];
    }

    /// <summary>The library, or <see langword="null"/> when it is not there.</summary>
    public static Lz4Library? Open(IReadOnlyList<string> names) =>
        SystemLibrary.Open(names, "LZ4_compressBound", "LZ4_compress_HC", "LZ4_decompress_safe") is { } functions ? new Lz4Library(functions) : null;

    /// <summary>Compresses.</summary>
    public byte[] Compress(ReadOnlySpan<byte> content)
    {
        var target = new byte[_bound(content.Length)];
        fixed (byte* from = content, to = target)
        {
            var written = _compress(from, to, content.Length, target.Length, Level);
            return written > 0 ? target[..written] : throw new InvalidDataException("The LZ4 library could not compress a file.");
        }
    }

    /// <summary>Decompresses to exactly so many bytes, or answers <see langword="null"/>: they are no such block.</summary>
    public byte[]? Decompress(ReadOnlySpan<byte> coded, int size)
    {
        var target = new byte[size];
        fixed (byte* from = coded, to = target)
            return _decompress(from, to, coded.Length, size) == size ? target : null;
    }
}
