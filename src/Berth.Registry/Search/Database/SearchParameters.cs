using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>What the statements of a search are given. Words hold letters and digits only, so none is an operator of a query language.</summary>
internal sealed class SearchParameters(CatalogQuery query)
{
    // No name holds a character of the last plane: beginnings end before it, in the order of both databases.
    private const string Last = "\U0010FFFF";

    public string? Category => query.Category;

    public string? TrustLevel => query.TrustLevel;

    public string? Type => query.Type;

    public string? Keyword => query.Keyword;

    public string Folded { get; private init; } = "";

    public string FoldedEnd => Folded + Last;

    public string Compact { get; private init; } = "";

    public string CompactEnd => Compact + Last;

    public string Skeleton { get; private init; } = "";

    /// <summary>All words, the last perhaps unfinished.</summary>
    public string Words { get; private init; } = "";

    /// <summary>The last word, as a whole and in the description.</summary>
    public string BodyWord { get; private init; } = "";

    public static SearchParameters Of(CatalogQuery query, QueryText text, DatabaseKind kind) => new(query)
    {
        Folded = text.Folded,
        Compact = text.Compact,
        Skeleton = text.Skeleton,
        Words = kind == DatabaseKind.Sqlite
            ? string.Join(" AND ", text.Words.Select(word => $"\"{word}\"")) + " *"
            : string.Join(" & ", text.Words.Select(word => $"'{word}'")) + ":*",
        BodyWord = kind == DatabaseKind.Sqlite ? $"body : \"{text.Words[^1]}\"" : $" {text.Words[^1]} ",
    };
}
