using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Berth.Packaging.Archive;

/// <summary>One pass over the entries' bytes, in order: local header, content, size, CRC-32, SHA-256. Memory does not grow with an entry.</summary>
internal sealed class ArchivePass(PackageCursor package, CancellationToken cancellationToken) : IDisposable
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _size;
    private uint _crc;

    /// <summary>Reads the next entry and copies its bytes to <paramref name="destination"/>, if there is one.
    /// Returns the fault that ended the reading, or <see langword="null"/> and the file.</summary>
    public PackageFault? Read(ArchiveEntry entry, Stream? destination, out PackageFile? file)
    {
        file = null;
        _size = 0;
        _crc = 0;
        if (!HasSameLocalHeader(entry))
        {
            return Fault(ArchiveFaultCodes.LocalHeader, "The entry's local header differs from the central directory, so two readers would read two things.", entry);
        }

        var fault = entry.Method == ArchiveEntry.Stored ? ReadStored(entry, destination) : Inflate(entry, destination);
        if (fault is not null)
        {
            return fault;
        }

        if (_size != entry.Size)
        {
            return Fault(ArchiveFaultCodes.EntrySize, $"The entry declares {entry.Size} bytes and has {_size}.", entry);
        }

        if (_crc != entry.Crc)
        {
            return Fault(ArchiveFaultCodes.Crc, "The entry's bytes do not have the declared CRC-32: the package is damaged.", entry);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _sha256.GetHashAndReset(digest);
        file = new PackageFile(entry.Path, _size, Convert.ToHexStringLower(digest));
        return null;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_block);
        _sha256.Dispose();
    }

    private bool HasSameLocalHeader(ArchiveEntry entry)
    {
        Span<byte> header = stackalloc byte[ArchiveEntry.LocalHeaderSize];
        package.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034B50
            || header[4] > 20
            || U16(header, 6) != entry.Flags
            || U16(header, 8) != entry.Method
            || U32(header, 14) != entry.Crc
            || U32(header, 18) != entry.PackedSize
            || U32(header, 22) != entry.Size
            || U16(header, 26) != entry.RawName.Length
            || U16(header, 28) != 0)
        {
            return false;
        }

        var name = entry.RawName.Length <= _block.Length ? _block.AsSpan(0, entry.RawName.Length) : new byte[entry.RawName.Length];
        package.ReadExactly(name);
        return name.SequenceEqual(entry.RawName);
    }

    private PackageFault? ReadStored(ArchiveEntry entry, Stream? destination)
    {
        while (_size < entry.Size)
        {
            var bytes = package.Next(entry.Size - _size);
            if (bytes.IsEmpty)
            {
                return Fault(ArchiveFaultCodes.Data, "The entry's data is cut off.", entry);
            }

            Take(bytes, destination);
        }

        return null;
    }

    private PackageFault? Inflate(ArchiveEntry entry, Stream? destination)
    {
        var region = new CompressedRegion(package, entry.PackedSize);
        using var inflated = new DeflateStream(region, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            int read;
            while ((read = inflated.Read(_block)) > 0)
            {
                // Counted on real bytes: a header that promises less ends here, before anything piles up.
                if (_size + read > entry.Size)
                {
                    return Fault(ArchiveFaultCodes.EntrySize, $"The entry declares {entry.Size} bytes and has more.", entry);
                }

                Take(_block.AsSpan(0, read), destination);
            }
        }
        catch (InvalidDataException)
        {
            return Fault(ArchiveFaultCodes.Data, "The entry's compressed data is broken.", entry);
        }

        if (region.IsExactlyRead)
        {
            return null;
        }

        return region.WantedMore
            ? Fault(ArchiveFaultCodes.Data, "The entry's compressed data is cut off.", entry)
            : Fault(ArchiveFaultCodes.Data, "Bytes are hidden behind the end of the entry's compressed data.", entry);
    }

    private void Take(ReadOnlySpan<byte> bytes, Stream? destination)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _size += bytes.Length;
        _crc = Crc32.Append(_crc, bytes);
        _sha256.AppendData(bytes);
        destination?.Write(bytes);
    }

    private static PackageFault Fault(string code, string message, ArchiveEntry entry) =>
        new(code, message + " Pack it again with berth pack.", EntryNames.Shown(entry.Path));

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
