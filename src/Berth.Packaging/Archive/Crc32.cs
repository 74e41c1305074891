using System.Buffers.Binary;

namespace Berth.Packaging.Archive;

/// <summary>The CRC-32 of ZIP (APPNOTE 4.4.7: reflected polynomial EDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = CreateTables();

    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The CRC of what had the CRC <paramref name="crc"/>, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3], t4 = Tables[4], t5 = Tables[5], t6 = Tables[6], t7 = Tables[7];
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = t7[(byte)low] ^ t6[(byte)(low >> 8)] ^ t5[(byte)(low >> 16)] ^ t4[low >> 24]
                ^ t3[(byte)high] ^ t2[(byte)(high >> 8)] ^ t1[(byte)(high >> 16)] ^ t0[high >> 24];
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            state = t0[(byte)(state ^ value)] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint[][] CreateTables()
    {
        var tables = new uint[8][];
        for (var table = 0; table < tables.Length; table++)
        {
            tables[table] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var value = table == 0 ? i : tables[table - 1][i];
                for (var bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
                }

                tables[table][i] = value;
            }
        }

        return tables;
    }
}
