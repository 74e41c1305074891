using System.Runtime.InteropServices;

namespace Berth.Registry.Search;

/// <summary>
/// What filters and facets ask of a plugin, in one place: a search that finds many plugins looks at these, which lie side by
/// side, and at the few listings that it shows. Following references through memory is what a search of thousands would wait for.
/// Category, trust level and type are numbers of <see cref="FacetText"/>.
/// </summary>
/// <param name="Id">The row.</param>
/// <param name="Category">Its category, or <see cref="NoCategory"/>.</param>
/// <param name="TrustLevel">Its trust level.</param>
/// <param name="Type">Its type.</param>
/// <param name="FirstKeyword">Where its keywords begin among those of the segment.</param>
/// <param name="KeywordCount">How many keywords it has.</param>
/// <param name="IsOffered">Whether a version of it is not yanked.</param>
/// <param name="IsQuarantined">Whether it is quarantined.</param>
/// <param name="IsVerified">Whether its publisher is a verified one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ListingFacts(
    long Id, int Category, int TrustLevel, int Type, int FirstKeyword, int KeywordCount, bool IsOffered, bool IsQuarantined, bool IsVerified)
{
    /// <summary>The category of a plugin that has none.</summary>
    public const int NoCategory = -1;

    /// <summary>The facts of a listing whose keywords begin somewhere.</summary>
    public static ListingFacts Of(Listing listing, int firstKeyword) => new(
        listing.Id, listing.Category?.Number ?? NoCategory, listing.TrustLevel.Number, listing.Type.Number, firstKeyword, listing.Keywords.Length,
        listing.IsOffered, listing.IsQuarantined, listing.IsVerified);
}
