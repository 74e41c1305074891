namespace Berth.Packaging.Archive;

/// <summary>One entry as the central directory describes it.</summary>
/// <param name="Path">Decoded name.</param>
/// <param name="RawName">The name's bytes, to compare with the local header.</param>
/// <param name="Flags">General purpose flags.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="Crc">CRC-32 of the unpacked bytes.</param>
/// <param name="PackedSize">Bytes in the archive.</param>
/// <param name="Size">Bytes unpacked.</param>
/// <param name="Offset">Where its local header starts.</param>
internal sealed record ArchiveEntry(string Path, byte[] RawName, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long Offset)
{
    public const int LocalHeaderSize = 30;
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    /// <summary>Where the next entry starts. Extra fields and descriptors are refused, so this needs no look at the local header.</summary>
    public long End => Offset + LocalHeaderSize + RawName.Length + PackedSize;
}
