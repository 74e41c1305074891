using System.IO.Compression;
using System.Security.Cryptography;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// An optimised file that lies packed with LZ4. When the library is not here, or the packed file is not what it should be, the
/// same bytes come from a pre-compressed form that the framework reads.
/// </summary>
internal sealed record PackedFile(string Path, int Size, string Sha256, string? Gzip, string? Brotli, Lz4Library? Library) : IPackedBytes
{
    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellationToken) =>
        await UnpackAsync(cancellationToken)
        ?? await DecodeAsync(Gzip, from => new GZipStream(from, CompressionMode.Decompress), cancellationToken)
        ?? await DecodeAsync(Brotli, from => new BrotliStream(from, CompressionMode.Decompress), cancellationToken)
        ?? throw new IOException("No form of the file has the bytes that the index names.");

    /// <summary>From the packed file alone; <see langword="null"/> when they are not to be had from it.</summary>
    public async ValueTask<byte[]?> UnpackAsync(CancellationToken cancellationToken)
    {
        if (Library is null)
            return null;
        try
        {
            return Checked(Library.Decompress(await File.ReadAllBytesAsync(Path, cancellationToken), Size));
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            return null;
        }
    }

    private async ValueTask<byte[]?> DecodeAsync(string? path, Func<Stream, Stream> decoder, CancellationToken cancellationToken)
    {
        if (path is null)
            return null;
        try
        {
            await using var from = decoder(File.OpenRead(path));
            var bytes = new byte[Size];
            await from.ReadExactlyAsync(bytes, cancellationToken);
            return Checked(bytes);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception) || exception is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    private byte[]? Checked(byte[]? bytes) =>
        bytes is not null && string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), Sha256, StringComparison.Ordinal) ? bytes : null;
}
