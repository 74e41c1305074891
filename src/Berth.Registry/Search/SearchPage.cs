using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>A plugin and its place in an order.</summary>
internal readonly record struct RankedListing(Listing Listing, RankKey Key);

/// <summary>One page of listings.</summary>
/// <param name="Listings">In order.</param>
/// <param name="Total">Plugins that match, all pages together.</param>
/// <param name="IsMore">Whether there are more behind these.</param>
/// <param name="Facets">What all that match are.</param>
internal sealed record SearchPage(ArraySegment<RankedListing> Listings, int Total, bool IsMore, CatalogFacets Facets)
{
    /// <summary>Where the next page begins, if there is one.</summary>
    public RankKey? Last => IsMore ? Listings[^1].Key : null;

    /// <summary>A shorter page of the same.</summary>
    public SearchPage First(int limit) => limit >= Listings.Count ? this : this with { Listings = Listings[..limit], IsMore = true };
}
