namespace Berth.Fuzz;

/// <summary>Makes new inputs from those that are kept.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> words)
{
    private static readonly long[] Interesting = [0, 1, -1, 2, 16, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];
    private readonly Random _random = new(seed);

    /// <summary>A changed copy of an input; <paramref name="other"/> lends parts.</summary>
    public byte[] Mutate(byte[] input, byte[] other, int maxLength)
    {
        var bytes = new List<byte>(input);
        for (var i = 1 << _random.Next(5); i > 0; i--)
            Step(bytes, other);
        if (bytes.Count > maxLength)
            bytes.RemoveRange(maxLength, bytes.Count - maxLength);
        return [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(words.Count > 0 ? words[_random.Next(words.Count)] : [0]);
            return;
        }

        var at = _random.Next(bytes.Count);
        switch (_random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes[at] += (byte)(_random.Next(35) - 17);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(Length(), bytes.Count - at));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(Length(), bytes.Count - at)));
                break;
            case 5:
                Number(bytes, at);
                break;
            case 6 when words.Count > 0:
                bytes.InsertRange(at, words[_random.Next(words.Count)]);
                break;
            case 7 when words.Count > 0:
                Overwrite(bytes, at, words[_random.Next(words.Count)]);
                break;
            case 8 when other.Length > 0:
                var from = _random.Next(other.Length);
                Overwrite(bytes, at, other.AsSpan(from, Math.Min(Length(), other.Length - from)));
                break;
            default:
                var start = other.Length > 0 ? _random.Next(other.Length) : 0;
                bytes.InsertRange(at, other.Skip(start).Take(Length()));
                break;
        }
    }

    private int Length() => 1 + _random.Next(1 << _random.Next(1, 10));

    private void Number(List<byte> bytes, int at)
    {
        var number = BitConverter.GetBytes(Interesting[_random.Next(Interesting.Length)]);
        Overwrite(bytes, at, number.AsSpan(0, 1 << _random.Next(4)));
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> part)
    {
        for (var i = 0; i < part.Length && at + i < bytes.Count; i++)
            bytes[at + i] = part[i];
    }
}
