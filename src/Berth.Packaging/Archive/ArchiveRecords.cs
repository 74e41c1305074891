using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Berth.Packaging.Archive;

/// <summary>Judges the records of a central directory, one by one and then together, and reports every fault.</summary>
internal sealed class ArchiveRecords(List<PackageFault> faults)
{
    private const ushort Utf8Flag = 0x0800;

    // Bits 1 and 2 tell how hard a deflated entry was compressed; they change nothing for a reader.
    private const ushort LevelFlags = 0x0006;

    public List<ArchiveEntry> Entries { get; } = [];

    /// <summary>Whether the entries' bytes can be read as declared. Faults of names and modes leave that possible.</summary>
    public bool AreReadable { get; private set; } = true;

    public void Add(ReadOnlySpan<byte> record)
    {
        var name = record.Slice(46, U16(record, 28));
        var flags = U16(record, 8);
        var path = Decode(name, flags);
        var entry = new ArchiveEntry(path ?? Encoding.Latin1.GetString(name), name.ToArray(), flags, U16(record, 10), U32(record, 16), U32(record, 20), U32(record, 24), U32(record, 42));
        Entries.Add(entry);
        CheckStructure(record, entry);
        CheckKind(record, entry);
        if (path is null)
        {
            Report(ArchiveFaultCodes.PathEncoding, "The path is not UTF-8, or not marked as such. Pack it with berth pack.", entry);
        }
        else if (!path.EndsWith('/'))
        {
            faults.AddRange(EntryNames.Check(path));
        }
    }

    /// <summary>The rules that entries keep between each other.</summary>
    public void CheckTogether()
    {
        var exact = new HashSet<string>(Entries.Count, StringComparer.Ordinal);
        var folded = new HashSet<string>(Entries.Count, StringComparer.Ordinal);
        foreach (var entry in Entries)
        {
            if (!exact.Add(entry.Path))
            {
                Report(ArchiveFaultCodes.PathDuplicate, "Two entries have this path. Keep one.", entry);
            }
            else if (!folded.Add(EntryNames.Fold(entry.Path)))
            {
                Report(ArchiveFaultCodes.PathCase, "Another entry's path differs in upper and lower case only. Rename one.", entry);
            }
        }

        var files = folded.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var path in folded)
        {
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (files.Contains(path.AsSpan(0, slash)))
                {
                    faults.Add(new(ArchiveFaultCodes.PathFileAndFolder, "A folder of this path is also a file of the package. Rename one.", EntryNames.Shown(path)));
                    break;
                }
            }
        }
    }

    // Without the flag the bytes mean code page 437 to some readers and UTF-8 to others; ASCII means the same to all.
    private static string? Decode(ReadOnlySpan<byte> name, ushort flags) =>
        Ascii.IsValid(name) || ((flags & Utf8Flag) != 0 && Utf8.IsValid(name)) ? Encoding.UTF8.GetString(name) : null;

    private void CheckStructure(ReadOnlySpan<byte> record, ArchiveEntry entry)
    {
        var allowed = entry.Method == ArchiveEntry.Deflated ? Utf8Flag | LevelFlags : Utf8Flag;
        Refuse((entry.Flags & 0x2041) != 0, ArchiveFaultCodes.Encrypted, "The entry is encrypted. Pack it without a password.", entry);
        Refuse((entry.Flags & 0x0008) != 0, ArchiveFaultCodes.DataDescriptor, "The entry has a data descriptor. Pack it with berth pack.", entry);
        Refuse((entry.Flags & ~(allowed | 0x2049)) != 0, ArchiveFaultCodes.Flags, $"The entry has the flags {entry.Flags:x4}. Pack it with berth pack.", entry);
        Refuse(entry.Method is not (ArchiveEntry.Stored or ArchiveEntry.Deflated), ArchiveFaultCodes.Method, $"The entry is packed with method {entry.Method}. Store or deflate it.", entry);
        Refuse(entry.Method == ArchiveEntry.Stored && entry.PackedSize != entry.Size, ArchiveFaultCodes.EntrySize, "The entry is stored, yet its two sizes differ.", entry);
        Refuse(U16(record, 30) != 0, ArchiveFaultCodes.Extra, "The entry has an extra field, where names and bytes can hide. Pack it with berth pack or zip -X.", entry);
        Refuse(U16(record, 32) != 0, ArchiveFaultCodes.EntryComment, "The entry has a comment. Pack it without one.", entry);
        Refuse(U16(record, 34) != 0, ArchiveFaultCodes.MultiDisk, "The entry lies on another disk. Pack it with berth pack.", entry);
        var isZip64 = entry.PackedSize == uint.MaxValue || entry.Size == uint.MaxValue || entry.Offset == uint.MaxValue;
        Refuse(isZip64, ArchiveFaultCodes.Zip64, "The entry uses ZIP64 sizes. Pack it with berth pack.", entry);
        Refuse((byte)record[6] > 20, ArchiveFaultCodes.Version, $"The entry needs ZIP version {record[6] / 10.0:0.0}; 2.0 is enough for every package.", entry);
    }

    private void CheckKind(ReadOnlySpan<byte> record, ArchiveEntry entry)
    {
        var attributes = U32(record, 38);
        var mode = attributes >> 16;
        if (entry.Path.EndsWith('/') || (attributes & 0x10) != 0 || (mode & 0xF000) == 0x4000)
        {
            Report(ArchiveFaultCodes.Folder, "The entry is a folder. Folders follow from their files; pack with berth pack or zip -D.", entry);
        }
        else if ((mode & 0xF000) == 0xA000)
        {
            Report(ArchiveFaultCodes.Link, "The entry is a symbolic link. Pack the file it points to.", entry);
        }
        else if ((mode & 0xF000) is not (0 or 0x8000) || (mode & 0x0E00) != 0 || (attributes & 0x08) != 0)
        {
            Report(ArchiveFaultCodes.Mode, "The entry is a device, or has a set-id or sticky mode. Pack ordinary files only.", entry);
        }
    }

    private void Refuse(bool isBroken, string code, string message, ArchiveEntry entry)
    {
        if (isBroken)
        {
            AreReadable = false;
            Report(code, message, entry);
        }
    }

    private void Report(string code, string message, ArchiveEntry entry) => faults.Add(new(code, message, EntryNames.Shown(entry.Path)));

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
