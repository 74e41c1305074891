namespace Hostile;

/// <summary>JSON that is a bomb for whoever reads it.</summary>
internal static class Deep
{
    /// <summary>One of each kind, none much longer than a limit of characters.</summary>
    public static IReadOnlyList<string> Texts(int most) =>
    [
        Nested("[", "1", "]", most),
        Nested("{\"a\":", "1", "}", most),
        new string('[', most),
        new string('9', most),
        $"1e{new string('9', 400)}",
        $"[{string.Join(',', Enumerable.Repeat("{}", most / 3))}]",
        $"\"{string.Concat(Enumerable.Repeat("\\u0041", most / 6))}\"",
        $"{{{string.Join(',', Enumerable.Repeat("\"a\":1", most / 6))}}}",
    ];

    private static string Nested(string open, string inner, string close, int most)
    {
        var depth = most / (open.Length + close.Length);
        return string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
    }
}
