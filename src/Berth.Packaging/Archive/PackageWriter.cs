using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Berth.Packaging.Archive;

/// <summary>One file to pack.</summary>
/// <param name="Path">The path in the package.</param>
/// <param name="Content">Its bytes.</param>
public sealed record PackageInput(string Path, ReadOnlyMemory<byte> Content);

/// <summary>Writes canonical packages: same input, same bytes.</summary>
/// <remarks>
/// <c>plugin.json</c> first, then by the UTF-8 bytes of the path; DOS time 1980-01-01, mode 0644, no extra fields, comments,
/// descriptors or folders; deflated at one fixed level, stored where that is not smaller.
/// </remarks>
public static class PackageWriter
{
    private const ushort DosDate = 0x0021;
    private const uint RegularFile0644 = 0x81A4u << 16;

    /// <summary>Writes a package. The caller reads it back with <see cref="PackageReader"/> to learn whether it is acceptable.</summary>
    /// <param name="output">Written in order; need not seek. Not disposed.</param>
    /// <param name="files">In any order.</param>
    /// <exception cref="ArgumentException">A path breaks a rule of packages, two paths are the same, or there are too many or too large files for a ZIP without ZIP64.</exception>
    public static void Write(Stream output, IEnumerable<PackageInput> files)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(files);
        Write(output, files.Select(file => (file.Path, new Func<ReadOnlyMemory<byte>>(() => file.Content))));
    }

    /// <summary>Packs all files below a folder, except <c>.berth</c>, <c>.sig</c>, <c>.git/**</c> and <c>node_modules/**</c> (at any depth).</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write(Stream, IEnumerable{PackageInput})"/>.</exception>
    /// <exception cref="IOException">A file or folder is a link, or cannot be read. Links are not followed: what they point to may change or lie outside.</exception>
    public static void WriteDirectory(Stream output, string directory)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Write(output, PackageFolder.List(directory).Select(file => (file.Path, new Func<ReadOnlyMemory<byte>>(() => File.ReadAllBytes(file.FullPath)))));
    }

    private static void Write(Stream output, IEnumerable<(string Path, Func<ReadOnlyMemory<byte>> Content)> files)
    {
        var sorted = files
            .OrderBy(file => !string.Equals(file.Path, Package.ManifestPath, StringComparison.Ordinal))
            .ThenBy(file => file.Path, Utf8Order.Instance)
            .ToList();
        RequireValid(sorted.ConvertAll(file => file.Path));
        using var directory = new MemoryStream();
        var offset = 0L;
        foreach (var (path, content) in sorted)
        {
            var offsetOfEntry = RequireSmall(offset, path);
            var (header, packed) = Pack(path, content());
            WriteLocal(output, header, path);
            output.Write(packed.Span);
            WriteCentral(directory, header, path, offsetOfEntry);
            offset += ArchiveEntry.LocalHeaderSize + Encoding.UTF8.GetByteCount(path) + packed.Length;
        }

        directory.WriteTo(output);
        WriteEnd(output, sorted.Count, directory.Length, RequireSmall(offset, "the central directory"));
    }

    private static void RequireValid(List<string> paths)
    {
        if (paths.Count >= ushort.MaxValue)
        {
            throw new ArgumentException($"{paths.Count} files are too many for a package. Bundle small files.", nameof(paths));
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (EntryNames.Check(path) is [var fault, ..])
            {
                throw new ArgumentException($"'{fault.Entry}' cannot be packed ({fault.Code}): {fault.Message}", nameof(paths));
            }

            if (!seen.Add(EntryNames.Fold(path)))
            {
                throw new ArgumentException($"'{EntryNames.Shown(path)}' occurs twice, or differs from another path in upper and lower case only. Rename or remove one.", nameof(paths));
            }
        }

        foreach (var path in seen)
        {
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (seen.Contains(path[..slash]))
                {
                    throw new ArgumentException($"'{EntryNames.Shown(path[..slash])}' is a file and also a folder. Rename one.", nameof(paths));
                }
            }
        }
    }

    private static uint RequireSmall(long offset, string what) =>
        offset < uint.MaxValue ? (uint)offset : throw new ArgumentException($"The package grows beyond 4 GB at {what}. Leave out large files.", nameof(offset));

    private static (EntryHeader Header, ReadOnlyMemory<byte> Packed) Pack(string path, ReadOnlyMemory<byte> content)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content.Span);
        }

        var isSmaller = deflated.Length < content.Length;
        var packed = isSmaller ? deflated.GetBuffer().AsMemory(0, (int)deflated.Length) : content;
        var flags = (ushort)(Ascii.IsValid(path) ? 0 : 0x0800);
        var method = isSmaller ? ArchiveEntry.Deflated : ArchiveEntry.Stored;
        return (new EntryHeader(flags, method, Crc32.Compute(content.Span), (uint)packed.Length, (uint)content.Length), packed);
    }

    private static void WriteLocal(Stream output, EntryHeader header, string path)
    {
        var name = Encoding.UTF8.GetBytes(path);
        Span<byte> record = stackalloc byte[ArchiveEntry.LocalHeaderSize];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x04034B50);
        header.WriteTo(record[4..], name.Length);
        output.Write(record);
        output.Write(name);
    }

    private static void WriteCentral(MemoryStream directory, EntryHeader header, string path, uint offset)
    {
        var name = Encoding.UTF8.GetBytes(path);
        Span<byte> record = stackalloc byte[46];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x02014B50);
        // Made by: version 2.0 on Unix (3), so that the mode below counts.
        BinaryPrimitives.WriteUInt16LittleEndian(record[4..], (3 << 8) | 20);
        header.WriteTo(record[6..], name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[38..], RegularFile0644);
        BinaryPrimitives.WriteUInt32LittleEndian(record[42..], offset);
        directory.Write(record);
        directory.Write(name);
    }

    private static void WriteEnd(Stream output, int count, long size, uint offset)
    {
        Span<byte> record = stackalloc byte[22];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(record[10..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], offset);
        output.Write(record);
    }

    /// <summary>The 26 bytes that local header and central directory share, from "version needed" on.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct EntryHeader(ushort Flags, ushort Method, uint Crc, uint PackedSize, uint Size)
    {
        public void WriteTo(Span<byte> record, int nameLength)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(record, 20);
            BinaryPrimitives.WriteUInt16LittleEndian(record[2..], Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(record[4..], Method);
            BinaryPrimitives.WriteUInt16LittleEndian(record[8..], DosDate);
            BinaryPrimitives.WriteUInt32LittleEndian(record[10..], Crc);
            BinaryPrimitives.WriteUInt32LittleEndian(record[14..], PackedSize);
            BinaryPrimitives.WriteUInt32LittleEndian(record[18..], Size);
            BinaryPrimitives.WriteUInt16LittleEndian(record[22..], (ushort)nameLength);
        }
    }
}
