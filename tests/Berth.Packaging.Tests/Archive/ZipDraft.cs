using System.IO.Compression;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

/// <summary>One entry of a ZIP that is written byte by byte; every field can lie, in the local header and in the directory apart.</summary>
internal sealed record ZipDraftEntry(string Name, byte[] Content)
{
    public ZipDraftEntry(string name, string content)
        : this(name, Encoding.UTF8.GetBytes(content))
    {
    }

    public byte[]? RawName { get; init; }

    public ushort Method { get; init; } = 8;

    public ushort Flags { get; init; } = 0x0800;

    public byte VersionNeeded { get; init; } = 20;

    /// <summary>The bytes in the archive; the deflated or stored content when absent.</summary>
    public byte[]? Payload { get; init; }

    public uint? Crc { get; init; }

    public uint? PackedSize { get; init; }

    public uint? Size { get; init; }

    public uint Attributes { get; init; } = 0x81A4u << 16;

    public ushort Disk { get; init; }

    public uint? Offset { get; init; }

    public byte[] Extra { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    public byte[] GapBefore { get; init; } = [];

    /// <summary>What the local header says instead.</summary>
    public Func<ZipDraftEntry, ZipDraftEntry> Local { get; init; } = entry => entry;

    public byte[] NameBytes => RawName ?? Encoding.UTF8.GetBytes(Name);

    public byte[] Bytes => Payload ?? (Method == 8 ? Deflate(Content) : Content);

    public static byte[] Deflate(byte[] content)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
            // An empty stream would write nothing at all.
            deflate.Flush();
        }

        return output.ToArray();
    }

    public void WriteShared(BinaryWriter output)
    {
        output.Write((ushort)VersionNeeded);
        output.Write(Flags);
        output.Write(Method);
        output.Write((ushort)0);
        output.Write((ushort)0x21);
        output.Write(Crc ?? Crc32.Compute(Content));
        output.Write(PackedSize ?? (uint)Bytes.Length);
        output.Write(Size ?? (uint)Content.Length);
        output.Write((ushort)NameBytes.Length);
        output.Write((ushort)Extra.Length);
    }
}

/// <summary>A whole ZIP, honest unless told otherwise.</summary>
internal sealed record ZipDraft(params ZipDraftEntry[] Entries)
{
    public byte[] Prefix { get; init; } = [];

    public byte[] BeforeDirectory { get; init; } = [];

    public byte[] InDirectory { get; init; } = [];

    public byte[] AfterDirectory { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    public byte[] Trailing { get; init; } = [];

    public ushort? Count { get; init; }

    public ushort? CountOnDisk { get; init; }

    public ushort Disk { get; init; }

    public uint? DirectorySize { get; init; }

    public uint? DirectoryOffset { get; init; }

    public ushort? CommentLength { get; init; }

    public byte[] Build()
    {
        using var stream = new MemoryStream();
        using var output = new BinaryWriter(stream);
        output.Write(Prefix);
        var offsets = new List<uint>();
        foreach (var entry in Entries)
        {
            output.Write(entry.GapBefore);
            offsets.Add((uint)stream.Position);
            var local = entry.Local(entry);
            output.Write(0x04034B50);
            local.WriteShared(output);
            output.Write(local.NameBytes);
            output.Write(local.Extra);
            output.Write(local.Bytes);
        }

        output.Write(BeforeDirectory);
        var start = (uint)stream.Position;
        for (var i = 0; i < Entries.Length; i++)
        {
            WriteRecord(output, Entries[i], Entries[i].Offset ?? offsets[i]);
        }

        output.Write(InDirectory);
        var size = (uint)stream.Position - start;
        output.Write(AfterDirectory);
        output.Write(0x06054B50);
        output.Write(Disk);
        output.Write(Disk);
        output.Write(CountOnDisk ?? Count ?? (ushort)Entries.Length);
        output.Write(Count ?? (ushort)Entries.Length);
        output.Write(DirectorySize ?? size);
        output.Write(DirectoryOffset ?? start);
        output.Write(CommentLength ?? (ushort)Comment.Length);
        output.Write(Comment);
        output.Write(Trailing);
        return stream.ToArray();
    }

    private static void WriteRecord(BinaryWriter output, ZipDraftEntry entry, uint offset)
    {
        output.Write(0x02014B50);
        output.Write((ushort)((3 << 8) | 20));
        entry.WriteShared(output);
        output.Write((ushort)entry.Comment.Length);
        output.Write(entry.Disk);
        output.Write((ushort)0);
        output.Write(entry.Attributes);
        output.Write(offset);
        output.Write(entry.NameBytes);
        output.Write(entry.Extra);
        output.Write(entry.Comment);
    }
}
