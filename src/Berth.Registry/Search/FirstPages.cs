using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>
/// The first page of everything in each order, which catalogues ask for more than for anything else. Put together once for a
/// snapshot; anew when downloads came in, where the order goes by them.
/// </summary>
internal sealed class FirstPages
{
    /// <summary>Plugins on the longest page that can be asked for.</summary>
    public const int Longest = 100;

    private readonly Known?[] _known = new Known?[Enum.GetValues<CatalogSort>().Length];

    public SearchPage? Find(CatalogSort sort, long revision) =>
        Volatile.Read(ref _known[(int)sort]) is { } known && (known.Revision == revision || sort != CatalogSort.Popular) ? known.Page : null;

    public SearchPage Keep(CatalogSort sort, long revision, SearchPage page)
    {
        Volatile.Write(ref _known[(int)sort], new Known(page, revision));
        return page;
    }

    private sealed record Known(SearchPage Page, long Revision);
}
