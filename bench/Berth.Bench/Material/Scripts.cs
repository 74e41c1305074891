using System.Text;

namespace Berth.Bench.Material;

/// <summary>JavaScript that a parser has work with: small functions with names, literals and branches. The same for a seed.</summary>
internal static class Scripts
{
    private static readonly string[] Verbs = ["read", "draw", "merge", "order", "count", "join", "split", "find", "map", "keep"];
    private static readonly string[] Nouns = ["Row", "Cell", "Chart", "Note", "Page", "Token", "Series", "Axis", "Label", "Range"];

    /// <summary>An ES module of about so many bytes.</summary>
    public static byte[] Module(int size, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(size + 400);
        for (var i = 0; text.Length < size; i++)
        {
            var name = $"{Verbs[random.Next(Verbs.Length)]}{Nouns[random.Next(Nouns.Length)]}{i}";
            text.Append("export function ").Append(name).Append("(items, limit = ").Append(random.Next(1, 999)).Append(") {\n")
                .Append("  const seen = new Map();\n  for (const item of items) {\n    if (item.").Append(Nouns[random.Next(Nouns.Length)].ToLowerInvariant())
                .Append(" > ").Append(random.Next()).Append(" || seen.size > limit) continue;\n    seen.set(`").Append(random.Next().ToString("x"))
                .Append("-${item.id}`, { ...item, weight: item.weight * ").Append(random.NextDouble().ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture))
                .Append(" });\n  }\n  return [...seen.values()].map(({ id, weight }) => ({ id, weight, label: '").Append(Convert.ToHexStringLower(Bytes(random, 12)))
                .Append("' }));\n}\n\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
