namespace FeedReader.Parsing;

/// <summary>A stranger's texts as plain, bounded ones.</summary>
internal static class Texts
{
    private const int MaxTitle = 300;
    private const int MaxSummary = 1000;
    private const int MaxItems = 200;
    private const int MaxCategories = 20;

    public static string? Title(string? html) => NullWhenEmpty(PlainText.Of(html, MaxTitle));

    public static string? Summary(string? html) => NullWhenEmpty(PlainText.Of(html, MaxSummary));

    public static string Id(string id) => Shorten(id.Trim(), 1024);

    /// <summary>An absolute http or https address, or nothing: a feed's <c>javascript:</c> link never gets through.</summary>
    public static string? Link(string? text, Uri home) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= FeedUrl.MaxLength && Uri.TryCreate(home, text.Trim(), out var link) && FeedUrl.IsWeb(link)
            ? link.AbsoluteUri
            : null;

    public static long? Length(string? text) => long.TryParse(text, out var length) && length >= 0 ? length : null;

    public static IReadOnlyList<string> Categories(IEnumerable<string?> names) =>
        [.. names.Select(Title).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxCategories)];

    /// <summary>Newest first; items without a date keep their place after those that have one.</summary>
    public static IReadOnlyList<FeedItem> Newest(IEnumerable<FeedItem> items) =>
        [.. items.OrderByDescending(item => item.Published ?? DateTimeOffset.MinValue).Take(MaxItems)];

    public static string Shorten(string text, int max)
    {
        if (text.Length <= max)
            return text;
        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return text[..end] + "…";
    }

    private static string? NullWhenEmpty(string text) => text.Length == 0 ? null : text;
}
