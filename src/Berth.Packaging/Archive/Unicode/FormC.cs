using System.Text;

namespace Berth.Packaging.Archive.Unicode;

/// <summary>
/// Whether a text is in Unicode's form C (UAX #15). With invariant globalization, which every process of Berth uses,
/// <see cref="string.IsNormalized()"/> says yes to everything, and two names that look the same would pass.
/// </summary>
internal static class FormC
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int Vowels = 21, Tails = 28, Leads = 19;

    private static readonly Lazy<CanonicalData> Data = new(CanonicalData.Load);

    public static bool Contains(string text)
    {
        // Nothing below U+0300 combines or decomposes away: all of Latin-1 is as it should be.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return true;
        }

        var original = text.EnumerateRunes().Select(rune => rune.Value).ToArray();
        var decomposed = new List<int>(original.Length * 2);
        foreach (var code in original)
        {
            Decompose(code, decomposed);
        }

        Reorder(decomposed);
        return Compose(decomposed).AsSpan().SequenceEqual(original);
    }

    private static void Decompose(int code, List<int> output)
    {
        var syllable = code - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            output.Add(LeadBase + (syllable / (Vowels * Tails)));
            output.Add(VowelBase + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails != 0)
            {
                output.Add(TailBase + (syllable % Tails));
            }
        }
        else if (Data.Value.Decompositions.TryGetValue(code, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, output);
            }
        }
        else
        {
            output.Add(code);
        }
    }

    // Stable: marks of one class keep their order. Bubbling is quadratic in a run of marks; names are at most 1,024 bytes.
    private static void Reorder(List<int> codes)
    {
        for (var i = 1; i < codes.Count; i++)
        {
            var mark = Data.Value.ClassOf(codes[i]);
            for (var j = i; j > 0 && mark != 0 && Data.Value.ClassOf(codes[j - 1]) > mark; j--)
            {
                (codes[j - 1], codes[j]) = (codes[j], codes[j - 1]);
            }
        }
    }

    private static int[] Compose(List<int> codes)
    {
        var output = new List<int>(codes.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var code in codes)
        {
            var mark = Data.Value.ClassOf(code);
            var adjacent = starter == output.Count - 1;
            if (starter >= 0 && (adjacent || (lastClass != 0 && lastClass < mark)) && TryCompose(output[starter], code, out var composed))
            {
                output[starter] = composed;
                continue;
            }

            if (mark == 0)
            {
                starter = output.Count;
            }

            lastClass = mark;
            output.Add(code);
        }

        return [.. output];
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            composed = HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
            return true;
        }

        var syllable = first - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && second is > TailBase and < TailBase + Tails)
        {
            composed = first + second - TailBase;
            return true;
        }

        return Data.Value.Compositions.TryGetValue((first, second), out composed);
    }

    private sealed class CanonicalData
    {
        private readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, int[]> Decompositions { get; } = [];

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public byte ClassOf(int code) => _classes.GetValueOrDefault(code);

        public static CanonicalData Load()
        {
            var data = new CanonicalData();
            using var resource = typeof(FormC).Assembly.GetManifestResourceStream("Berth.Packaging.canonical.txt")
                ?? throw new InvalidOperationException("The Unicode data is missing from the assembly.");
            using var reader = new StreamReader(resource, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                data.Add(line);
            }

            return data;
        }

        private void Add(string line)
        {
            var at = line.AsSpan().IndexOfAny("-=>#");
            if (line[at] == '#' || at <= 0)
            {
                return;
            }

            var code = Convert.ToInt32(line[..at], 16);
            var rest = line[(at + 1)..].Split(' ');
            if (line[at] == '-')
            {
                for (var member = code; member <= Convert.ToInt32(rest[0], 16); member++)
                {
                    _classes[member] = byte.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture);
                }

                return;
            }

            var parts = Array.ConvertAll(rest, part => Convert.ToInt32(part, 16));
            Decompositions[code] = parts;
            if (line[at] == '=')
            {
                Compositions[(parts[0], parts[1])] = code;
            }
        }
    }
}
