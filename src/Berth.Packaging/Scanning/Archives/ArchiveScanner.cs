using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Scanning.Archives;

/// <summary>
/// Opens archives inside the package and hands their files on, so that all scanners look at them. These are foreign archives
/// of any make, hence the framework's readers; the package itself is only ever read by <see cref="PackageReader"/>.
/// </summary>
internal sealed class ArchiveScanner(ScanLimits limits, CancellationToken cancellationToken)
{
    /// <summary>Version of the rules.</summary>
    public const int RuleSet = 1;

    private long _bytes;
    private int _files;

    /// <summary>Set when the scanner broke.</summary>
    public ScanOutcome? Outcome { get; set; }

    public FindingList Findings { get; } = new(limits.MaxFindingsPerCode);

    /// <summary>Opens the file if it is an archive.</summary>
    /// <param name="file">The file.</param>
    /// <param name="look">Path, bytes, whether they are all, depth.</param>
    public void Open(ScannedFile file, Action<string, ReadOnlyMemory<byte>, bool, int> look)
    {
        var kind = Kind(file.Span);
        var start = 0;
        if (kind is null)
        {
            if (file.Text is null && AppendedZip(file.Span) is { } appended)
            {
                start = appended;
                Findings.Add(ArchiveCodes.Appended.At(new(file.Path), "A ZIP archive lies behind the end of the file."));
                kind = "zip";
            }
            else
            {
                return;
            }
        }

        var at = new FilePosition(file.Path);
        if (kind is not ("zip" or "gzip" or "tar"))
        {
            Findings.Add(ArchiveCodes.UnknownFormat.At(at, $"The file is an archive of a kind that is not looked into ({kind})."));
            return;
        }

        if (file.Depth >= limits.MaxDepth)
        {
            Findings.Add(ArchiveCodes.TooDeep.At(at, $"An archive in an archive, {file.Depth} levels deep; it was not opened."));
            return;
        }

        Findings.Add(ArchiveCodes.Nested.At(at, $"The file is an archive ({kind})."));
        try
        {
            using var bytes = new MemoryStream(file.Bytes[start..].ToArray(), writable: false);
            if (!file.IsWhole)
                Findings.Add(ArchiveCodes.TooLarge.At(at, "The archive is larger than what is looked at of one file."));
            else if (kind == "zip")
                Zip(file, bytes, look);
            else if (kind == "gzip")
                Gzip(file, bytes, look);
            else
                Tar(file, bytes, look);
        }
        catch (ScanBudgetException)
        {
            Findings.Add(ArchiveCodes.TooLarge.At(at, $"What archives unpack to has more than {limits.MaxNestedBytes} bytes or {limits.MaxNestedFiles} files; the rest was not looked at."));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException or FormatException or InvalidOperationException)
        {
            Findings.Add(ArchiveCodes.Unreadable.At(at, $"The archive cannot be read ({exception.GetType().Name})."));
        }
    }

    private void Zip(ScannedFile file, Stream bytes, Action<string, ReadOnlyMemory<byte>, bool, int> look)
    {
        using var zip = new ZipArchive(bytes, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            Count();
            if (entry.FullName.EndsWith('/'))
                continue;
            if (entry.IsEncrypted)
                Findings.Add(ArchiveCodes.Encrypted.At(new(file.Inside(Shown(entry.FullName))), "The file is encrypted, so it cannot be looked at."));
            else
                Take(file, entry.FullName, entry.Open, look);
        }
    }

    private void Gzip(ScannedFile file, Stream bytes, Action<string, ReadOnlyMemory<byte>, bool, int> look)
    {
        Count();
        var name = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file.Name[..^3] : file.Extension switch { ".svgz" => file.Name[..^1], ".tgz" => Path.ChangeExtension(file.Name, ".tar"), _ => file.Name };
        Take(file, name, () => new GZipStream(bytes, CompressionMode.Decompress), look);
    }

    private void Tar(ScannedFile file, Stream bytes, Action<string, ReadOnlyMemory<byte>, bool, int> look)
    {
        using var tar = new TarReader(bytes);
        while (tar.GetNextEntry() is { } entry)
        {
            Count();
            if (entry.DataStream is { } data)
                Take(file, entry.Name, () => data, look);
        }
    }

    private void Take(ScannedFile file, string name, Func<Stream> open, Action<string, ReadOnlyMemory<byte>, bool, int> look)
    {
        if (name.StartsWith('/') || name.Contains("..", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
            Findings.Add(ArchiveCodes.Traversal.At(new(file.Inside(Shown(name))), "The name leads out of the archive."));
        using var head = new FileHead(limits.MaxFileBytes);
        try
        {
            using var content = open();
            var block = new byte[64 * 1024];
            int read;
            while ((read = content.Read(block)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((_bytes += read) > limits.MaxNestedBytes)
                    throw new ScanBudgetException();
                head.Write(block.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            Findings.Add(ArchiveCodes.Unreadable.At(new(file.Inside(Shown(name))), "The file in the archive is damaged; what of it can be read was looked at."));
        }

        look(file.Inside(Shown(name)), head.Bytes, head.IsWhole, file.Depth + 1);
    }

    private void Count()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_files > limits.MaxNestedFiles)
            throw new ScanBudgetException();
    }

    private static string Shown(string name) => EntryNames.Shown(name.Length > 300 ? name[..300] : name);

    private static string? Kind(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            return null;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) switch
        {
            0x504B0304 or 0x504B0506 or 0x504B0708 => "zip",
            0x52617221 => "RAR",
            0x377ABCAF => "7-Zip",
            0xFD377A58 => "xz",
            0x28B52FFD => "Zstandard",
            0x4D534346 => "Cabinet",
            var first when first >>> 8 == 0x425A68 && bytes[4] == 0x31 => "bzip2",
            var first when first >>> 16 == 0x1F8B => "gzip",
            _ => bytes.Length > 262 && bytes.Slice(257, 5).SequenceEqual("ustar"u8) ? "tar" : null,
        };
    }

    // A picture or program that is a ZIP as well: readers of ZIP start at the end. Where the archive begins, or null.
    private static int? AppendedZip(ReadOnlySpan<byte> bytes)
    {
        var tail = Math.Max(0, bytes.Length - 66_000);
        var at = bytes[tail..].LastIndexOf("PK\x05\x06"u8) + tail;
        if (at < tail || bytes.Length - at < 22 || BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 10)..]) == 0)
            return null;
        var start = at - (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 12)..]) - BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 16)..]);
        return start >= 0 ? (int)start : null;
    }
}
