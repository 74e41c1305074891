using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>The order that a search asks for.</summary>
/// <param name="Sort">The order.</param>
/// <param name="HasWords">Whether words are looked for; without any, relevance is the order of slugs.</param>
/// <param name="Day">The day that recent downloads are judged on.</param>
/// <param name="Revision">Of the counts of downloads, read before any of them.</param>
internal readonly record struct Ranking(CatalogSort Sort, bool HasWords, int Day, long Revision)
{
    /// <summary>What a match is compared by first, which mostly decides.</summary>
    public (long First, long Second) NumbersOf(in Match match, ListingTable table) => Sort switch
    {
        CatalogSort.Popular when table[match.Index].Standing is var standing => (-standing.Heat, -standing.Downloads),
        CatalogSort.Recent => (-table[match.Index].PublishedAt, 0),
        CatalogSort.Updated => (-table[match.Index].UpdatedAt, 0),
        CatalogSort.Name => (0, 0),
        _ when !HasWords => (0, 0),
        // Of several that bear a name, or look as if they did: the most trusted, then whoever has borne it longest.
        // Downloads, which can be bought, say nothing here.
        _ when match.Tier is Tier.Name or Tier.LooksTheSame && table[match.Index] is var listing => (((long)match.Tier << 8) | (uint)listing.TrustRank, listing.NameSince),
        _ => ((long)match.Tier << 8, -(long)match.Score * table.WeightOf(match.Index, Day, Revision)),
    };

    /// <summary>The place of a listing whose numbers are known.</summary>
    public RankKey KeyOf(Listing listing, long first, long second) =>
        new(first, second, Sort == CatalogSort.Name ? listing.NameFolded : "", listing.SlugFolded);
}
