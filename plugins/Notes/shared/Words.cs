namespace Notes;

/// <summary>A search as people type it: every word must occur, in any order and without regard to case.</summary>
public sealed class Words(string? query)
{
    private readonly string[] _words = (query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether each word occurs in at least one of the texts, or, written <c>#word</c>, is one of the tags.</summary>
    public bool Match(IReadOnlyCollection<string> texts, IReadOnlyCollection<string> tags) => _words.All(word =>
        texts.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))
        || tags.Any(tag => IsTag(word, tag)));

    private static bool IsTag(string word, string tag) => word.StartsWith('#')
        ? word.AsSpan(1).Equals(tag, StringComparison.OrdinalIgnoreCase)
        : tag.Contains(word, StringComparison.OrdinalIgnoreCase);
}
