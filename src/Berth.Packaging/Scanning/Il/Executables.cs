using System.Buffers.Binary;

namespace Berth.Packaging.Scanning.Il;

/// <summary>Programs and libraries by their first bytes, and where they hide.</summary>
internal static class Executables
{
    /// <summary>What kind of native program or library begins here, or <see langword="null"/>. A PE file is told apart by its reader.</summary>
    public static string? NativeKind(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 16)
            return null;
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return first switch
        {
            0x7F454C46 => "an ELF program or library (Linux)",
            0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE => "a Mach-O program or library (macOS)",
            // The same four bytes begin Java classes, whose next number is their version, 45 or more.
            0xCAFEBABE when BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) < 20 => "a universal Mach-O program or library (macOS)",
            0xCAFEBABE => "a Java class",
            0x6465780A => "an Android program (dex)",
            _ when bytes.StartsWith("!<arch>\n"u8) => "a library of object files",
            _ => null,
        };
    }

    /// <summary>Whether a PE file begins here.</summary>
    public static bool IsPe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 0x40 || bytes[0] != 'M' || bytes[1] != 'Z')
            return false;
        var header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x3C..]);
        return header is >= 4 and < 0x10000 && header + 4 <= bytes.Length && bytes.Slice((int)header, 4).SequenceEqual("PE\0\0"u8);
    }

    /// <summary>Where the next PE or ELF file begins at or after <paramref name="from"/>, or -1.</summary>
    public static int Find(ReadOnlySpan<byte> bytes, int from, Action step)
    {
        for (var at = from; at < bytes.Length;)
        {
            step();
            var next = bytes[at..].IndexOfAny((byte)'M', (byte)0x7F);
            if (next < 0)
                return -1;
            at += next;
            if (IsPe(bytes[at..]) || IsElf(bytes[at..]))
                return at;
            at++;
        }

        return -1;
    }

    /// <summary>Whether a text is the beginning of a program in base64: MZ with the usual header, or ELF.</summary>
    public static bool IsEncoded(string text) =>
        text.Length > 200 && (text.StartsWith("TVqQAAMAAAAE", StringComparison.Ordinal) || text.StartsWith("TVpQAAIAAAAE", StringComparison.Ordinal) || text.StartsWith("f0VMRg", StringComparison.Ordinal)
            || text.StartsWith("4d5a9000030000000400", StringComparison.OrdinalIgnoreCase));

    private static bool IsElf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 52 && bytes.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) && bytes[4] is 1 or 2 && bytes[5] is 1 or 2 && bytes[6] == 1;
}
