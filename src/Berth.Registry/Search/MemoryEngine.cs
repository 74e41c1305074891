using System.Text;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>Searches the index in memory; only summaries that were not shown lately are asked of the database.</summary>
internal sealed class MemoryEngine(IDatabase database, SearchState state, SummaryCache summaries) : ISearchEngine
{
    public async Task<FoundPage> FindAsync(CatalogQuery query, RankKey? after, int day, CancellationToken cancellationToken)
    {
        var page = (await state.CurrentAsync(cancellationToken)).Search(query, after, day);
        return new FoundPage(page, await SummariesAsync(page.Listings, cancellationToken));
    }

    public async ValueTask PrepareAsync(CancellationToken cancellationToken) => await state.ReadAsync(cancellationToken);

    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> SummariesAsync(ArraySegment<RankedListing> listings, CancellationToken cancellationToken)
    {
        var shown = new ReadOnlyMemory<byte>[listings.Count];
        List<int>? missing = null;
        for (var i = 0; i < listings.Count; i++)
        {
            if (!summaries.TryGet(listings[i].Listing, out shown[i]))
                (missing ??= []).Add(i);
        }

        if (missing is null)
            return shown;
        var ids = missing.Select(i => listings[i].Listing.Id).ToList();
        var rows = (await database.ReadAsync(session => ListingRows.SummariesAsync(session, ids), cancellationToken)).ToDictionary(row => row.Id);
        foreach (var i in missing)
        {
            // Gone since: an empty object is left out of the answer by whoever writes it.
            if (!rows.TryGetValue(listings[i].Listing.Id, out var row))
                continue;
            var summary = Encoding.UTF8.GetBytes(row.Summary);
            shown[i] = summary;
            if (row.RelistedAt == listings[i].Listing.RelistedAt)
                summaries.Put(listings[i].Listing, summary);
        }

        return shown;
    }
}
