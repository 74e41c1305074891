using Berth.Registry.Search;

namespace Berth.Registry.Catalog;

/// <summary>Finds published plugins.</summary>
public interface ICatalogSearch
{
    /// <summary>
    /// One page of what a query finds. Order of <see cref="CatalogSort.Relevance"/>: exact slug, exact name, what looks the same,
    /// beginnings, words, similar names; within a tier weighted by trust and recent downloads. Without words: by slug.
    /// </summary>
    /// <exception cref="InvalidCursorException">The cursor is of another query.</exception>
    Task<CatalogHits> FindAsync(CatalogQuery query, CancellationToken cancellationToken = default);

    /// <summary>What answers searches in this process, <c>Memory</c> or <c>Database</c>; <see langword="null"/> before the first search or the start's look at the listings.</summary>
    SearchEngineChoice? Engine { get; }

    /// <summary>Ends when the index has been read, or the database is ready to search; until then a search waits for that.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken = default);
}

/// <summary>What to search for. Filters that are <see langword="null"/> let everything pass.</summary>
/// <param name="Text">Words; empty for everything.</param>
/// <param name="Category">Exact category.</param>
/// <param name="TrustLevel">Exact trust level. Quarantined plugins are found only by who asks for that level.</param>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">Opaque, from the page before.</param>
public sealed record CatalogQuery(string Text = "", string? Category = null, string? TrustLevel = null, int Limit = 20, string? Cursor = null)
{
    /// <summary><c>frontend</c>, <c>backend</c> or <c>fullstack</c>.</summary>
    public string? Type { get; init; }

    /// <summary>One of the manifest's keywords, without regard to case.</summary>
    public string? Keyword { get; init; }

    /// <summary>Whether the publisher is a verified one.</summary>
    public bool? IsVerified { get; init; }

    /// <summary>The order.</summary>
    public CatalogSort Sort { get; init; }
}

/// <summary>Orders of a search.</summary>
public enum CatalogSort
{
    /// <summary>Best match first.</summary>
    Relevance,

    /// <summary>Most recent downloads first.</summary>
    Popular,

    /// <summary>Newest plugin first.</summary>
    Recent,

    /// <summary>Newest version first.</summary>
    Updated,

    /// <summary>By display name.</summary>
    Name,
}

/// <summary>One page.</summary>
/// <param name="Hits">What was found, in order.</param>
/// <param name="TotalCount">How many match.</param>
/// <param name="NextCursor">For the next page, if there is one.</param>
/// <param name="Facets">What the matches are, all pages together.</param>
public sealed record CatalogHits(IReadOnlyList<CatalogHit> Hits, int TotalCount, string? NextCursor, CatalogFacets Facets);

/// <summary>A plugin that was found.</summary>
/// <param name="Slug">The slug.</param>
/// <param name="TrustLevel">The trust decision in force.</param>
/// <param name="IsDeprecated">Whether its publisher advises against it.</param>
/// <param name="IsVerified">Whether its publisher is a verified one.</param>
/// <param name="Downloads">All downloads.</param>
/// <param name="PublishedAt">Of its first version.</param>
/// <param name="UpdatedAt">Of its newest version.</param>
/// <param name="Summary">A JSON object in UTF-8 with what else is shown; empty when the plugin has just gone.</param>
public sealed record CatalogHit(
    string Slug, string TrustLevel, bool IsDeprecated, bool IsVerified, long Downloads, DateTimeOffset PublishedAt, DateTimeOffset UpdatedAt, ReadOnlyMemory<byte> Summary);

/// <summary>Values among all matches, most frequent first; of keywords the twenty most frequent.</summary>
public sealed record CatalogFacets(
    IReadOnlyList<FacetValue> Category, IReadOnlyList<FacetValue> Trust, IReadOnlyList<FacetValue> Type, IReadOnlyList<FacetValue> Keywords, int VerifiedPublisher);

/// <summary>A value and how many matches have it.</summary>
public sealed record FacetValue(string Value, int Count);
