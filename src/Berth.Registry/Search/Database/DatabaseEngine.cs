using System.Text;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>
/// Searches with the database's own text search, FTS5 or <c>tsvector</c>, and holds no index. The database finds rows; which of them
/// pass, how they are ranked and counted is decided by what decides it for the index in memory, so both give the same pages.
/// </summary>
internal sealed class DatabaseEngine(IDatabase database, FormedNames names, ListCountCache counts) : ISearchEngine
{
    public async Task<FoundPage> FindAsync(CatalogQuery query, RankKey? after, int day, CancellationToken cancellationToken)
    {
        await names.PrepareAsync(cancellationToken);
        var limit = Math.Clamp(query.Limit, 1, FirstPages.Longest);
        return await database.ReadAsync(
            async session =>
            {
                var page = string.IsNullOrWhiteSpace(query.Text)
                    ? await ListSearch.RunAsync(session, query, after, day, limit, counts)
                    : await WordSearch.RunAsync(session, query, after, day, limit);
                return new FoundPage(page, await SummariesAsync(session, page.Listings));
            },
            cancellationToken);
    }

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => names.PrepareAsync(cancellationToken);

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> SummariesAsync(DbSession session, ArraySegment<RankedListing> listings)
    {
        if (listings.Count == 0)
            return [];
        var rows = (await ListingRows.SummariesAsync(session, [.. listings.Select(ranked => ranked.Listing.Id)])).ToDictionary(row => row.Id, row => row.Summary);
        return [.. listings.Select(ranked => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(rows[ranked.Listing.Id]))];
    }
}
