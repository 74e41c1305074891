namespace Berth.Registry.Search;

/// <summary>What a word of a query counts, by the text of a plugin it stands in: of slug and name, of keywords, category and author, of the description.</summary>
internal static class WordWorth
{
    // Best first.
    public const int Title = 0;
    public const int Other = 1;
    public const int Body = 2;

    /// <summary>Its points.</summary>
    /// <param name="text">In which text.</param>
    /// <param name="isWhole">Whether the plugin has the word itself, not one that begins so.</param>
    public static short Of(int text, bool isWhole) => text switch
    {
        Title => (short)(isWhole ? 800 : 600),
        Other => (short)(isWhole ? 400 : 280),
        _ => (short)(isWhole ? 100 : 70),
    };
}
