using System.Buffers.Binary;

namespace Berth.Packaging.Archive;

/// <summary>
/// The end record and central directory (PKWARE APPNOTE 4.3.12, 4.3.16), read so that there is exactly one way to read
/// them: every byte of the archive belongs to one entry, to the directory or to the end record.
/// </summary>
/// <param name="Entries">In the order of their bytes.</param>
internal sealed record ArchiveDirectory(IReadOnlyList<ArchiveEntry> Entries)
{
    private const int EndSize = 22;
    private const int RecordSize = 46;
    private const uint EndSignature = 0x06054B50;

    /// <summary>Reads the directory, or returns <see langword="null"/> when the archive's structure is broken.
    /// Faults that leave the structure readable (names, modes) are added to <paramref name="faults"/> as well.</summary>
    public static ArchiveDirectory? Read(Stream package, PackageLimits limits, List<PackageFault> faults)
    {
        var length = package.Length;
        if (length > limits.MaxPackageBytes)
        {
            faults.Add(new(ArchiveFaultCodes.Size, $"The package has {length} bytes; {limits.MaxPackageBytes} are allowed. Leave out what the plugin does not need at run time."));
            return null;
        }

        Span<byte> end = stackalloc byte[EndSize];
        if (length < EndSize || !TryReadAt(package, length - EndSize, end) || BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature)
        {
            faults.Add(ExplainMissingEnd(package));
            return null;
        }

        var count = U16(end, 10);
        var size = U32(end, 12);
        var offset = U32(end, 16);
        var fault = CheckEnd(package, limits, end);
        if (fault is not null)
        {
            faults.Add(fault);
            return null;
        }

        var bytes = new byte[size];
        if (!TryReadAt(package, offset, bytes))
        {
            faults.Add(Broken("it ends too early"));
            return null;
        }

        var entries = ReadRecords(bytes, count, faults);
        if (entries is null || !AreContiguous(entries, offset, faults))
        {
            return null;
        }

        return AreWithin(limits, entries, length, faults) ? new ArchiveDirectory(entries) : null;
    }

    private static PackageFault? CheckEnd(Stream package, PackageLimits limits, ReadOnlySpan<byte> end)
    {
        var position = package.Length - EndSize;
        var count = U16(end, 10);
        var size = (long)U32(end, 12);
        var offset = (long)U32(end, 16);
        Span<byte> locator = stackalloc byte[4];
        if (count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue
            || (position >= 20 && TryReadAt(package, position - 20, locator) && U32(locator, 0) == 0x07064B50 && offset + size != position))
        {
            return new(ArchiveFaultCodes.Zip64, "The archive uses ZIP64 records, which no package needs. Pack it with berth pack.");
        }

        return (U16(end, 4) | U16(end, 6), U16(end, 8) == count, U16(end, 20)) switch
        {
            ( > 0, _, _) => new(ArchiveFaultCodes.MultiDisk, "The archive is split over several disks. Pack it with berth pack."),
            (_, false, _) => Broken("the two counts of entries differ"),
            (_, _, > 0) => new(ArchiveFaultCodes.Comment, "The archive announces a comment. Pack it without one."),
            _ when count > limits.MaxEntries =>
                new(ArchiveFaultCodes.EntryCount, $"The package has {count} entries; {limits.MaxEntries} are allowed. Bundle small files."),
            _ when offset + size > position => Broken("it reaches beyond its end record"),
            _ when offset + size < position =>
                new(ArchiveFaultCodes.Gap, $"{position - offset - size} bytes lie between the central directory and its end record. Pack it with berth pack."),
            // One name may be far too long and still get its own fault; a directory full of them is not worth the memory.
            _ when size > (count * (RecordSize + (long)EntryNames.MaxPathBytes)) + (2 * ushort.MaxValue) => Broken("it is larger than its entries can need"),
            _ => null,
        };
    }

    private static PackageFault ExplainMissingEnd(Stream package)
    {
        var tail = new byte[(int)Math.Min(package.Length, EndSize + ushort.MaxValue)];
        TryReadAt(package, package.Length - tail.Length, tail);
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            if (U32(tail, at) == EndSignature)
            {
                return at + EndSize + U16(tail, at + 20) == tail.Length
                    ? new(ArchiveFaultCodes.Comment, "The archive has a comment. Pack it without one.")
                    : new(ArchiveFaultCodes.Trailing, "Bytes follow the end of the archive. Pack it with berth pack.");
            }
        }

        return new(ArchiveFaultCodes.End, "This is not a package: it has no ZIP end record. Pack the plugin's folder with berth pack.");
    }

    private static List<ArchiveEntry>? ReadRecords(ReadOnlySpan<byte> directory, int count, List<PackageFault> faults)
    {
        var records = new ArchiveRecords(faults);
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            if (directory.Length - position < RecordSize || U32(directory, position) != 0x02014B50)
            {
                faults.Add(Broken($"entry {i + 1} of {count} is not there"));
                return null;
            }

            var record = directory[position..];
            var variable = U16(record, 28) + U16(record, 30) + U16(record, 32);
            position += RecordSize + variable;
            if (position > directory.Length)
            {
                faults.Add(Broken($"entry {i + 1} of {count} reaches beyond it"));
                return null;
            }

            records.Add(record[..(RecordSize + variable)]);
        }

        if (position != directory.Length)
        {
            faults.Add(Broken("bytes follow its last entry"));
            return null;
        }

        records.CheckTogether();
        return records.AreReadable ? records.Entries : null;
    }

    private static bool AreContiguous(List<ArchiveEntry> entries, long directoryOffset, List<PackageFault> faults)
    {
        entries.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        var expected = 0L;
        foreach (var entry in entries)
        {
            if (entry.Offset != expected)
            {
                var code = entry.Offset < expected ? ArchiveFaultCodes.Overlap : expected == 0 ? ArchiveFaultCodes.Leading : ArchiveFaultCodes.Gap;
                var what = entry.Offset < expected ? "The entry shares bytes with another one." : "Bytes before the entry belong to no entry.";
                faults.Add(new(code, what + " Pack it with berth pack.", EntryNames.Shown(entry.Path)));
                return false;
            }

            expected = entry.End;
        }

        if (expected != directoryOffset)
        {
            var code = expected > directoryOffset ? ArchiveFaultCodes.Overlap : entries.Count == 0 ? ArchiveFaultCodes.Leading : ArchiveFaultCodes.Gap;
            faults.Add(new(code, "The entries do not end where the central directory starts. Pack it with berth pack."));
            return false;
        }

        return true;
    }

    private static bool AreWithin(PackageLimits limits, List<ArchiveEntry> entries, long length, List<PackageFault> faults)
    {
        var before = faults.Count;
        var unpacked = entries.Sum(entry => entry.Size);
        if (unpacked > limits.MaxUnpackedBytes)
        {
            faults.Add(new(ArchiveFaultCodes.UnpackedSize, $"The package unpacks to {unpacked} bytes; {limits.MaxUnpackedBytes} are allowed."));
        }

        if (unpacked > length * limits.MaxRatio)
        {
            faults.Add(new(ArchiveFaultCodes.Ratio, $"The package unpacks to more than {limits.MaxRatio} times its size. Leave out padding and generated filler."));
        }

        foreach (var entry in entries)
        {
            if (entry.Size > 1024 * 1024 && entry.Size > entry.PackedSize * limits.MaxRatio)
            {
                faults.Add(new(ArchiveFaultCodes.EntryRatio, $"The entry unpacks to more than {limits.MaxRatio} times its size. Leave out padding.", EntryNames.Shown(entry.Path)));
            }

            if (string.Equals(entry.Path, Package.ManifestPath, StringComparison.Ordinal) && entry.Size > limits.MaxManifestBytes)
            {
                faults.Add(new(ArchiveFaultCodes.ManifestSize, $"The manifest has {entry.Size} bytes; {limits.MaxManifestBytes} are allowed.", entry.Path));
            }
        }

        return faults.Count == before;
    }

    private static PackageFault Broken(string why) =>
        new(ArchiveFaultCodes.Directory, $"The archive's central directory is broken: {why}. Pack it again with berth pack.");

    private static bool TryReadAt(Stream package, long position, Span<byte> destination)
    {
        package.Position = position;
        return package.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
