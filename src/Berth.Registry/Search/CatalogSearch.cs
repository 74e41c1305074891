using System.Text;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <inheritdoc cref="ICatalogSearch" />
internal sealed class CatalogSearch(IDatabase database, SearchState state, SummaryCache summaries, TimeProvider time) : ICatalogSearch
{
    public async Task<CatalogHits> FindAsync(CatalogQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var cursor = SearchCursor.Read(query);
        var cleaned = query with
        {
            Category = Clean(query.Category),
            TrustLevel = Clean(query.TrustLevel),
            Type = Clean(query.Type),
            Keyword = query.Keyword is null ? null : SearchWords.Fold(query.Keyword),
        };
        var day = cursor?.Day ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;
        var snapshot = await state.CurrentAsync(cancellationToken);
        var page = snapshot.Search(cleaned, cursor?.Key, day);
        var listings = page.Listings.Select(ranked => ranked.Listing).ToArray();
        var shown = await SummariesAsync(listings, cancellationToken);
        return new CatalogHits(
            [.. listings.Select((listing, i) => new CatalogHit(listing.Slug, listing.TrustLevel.Text, listing.IsDeprecated, listing.IsVerified, listing.Standing.Downloads,
                DateTimeOffset.FromUnixTimeMilliseconds(listing.PublishedAt), DateTimeOffset.FromUnixTimeMilliseconds(listing.UpdatedAt), shown[i]))],
            page.Total, page.Last is { } last ? SearchCursor.After(query, last, day).ToString() : null, page.Facets);
    }

    public async ValueTask PrepareAsync(CancellationToken cancellationToken = default) => await state.ReadAsync(cancellationToken);

    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> SummariesAsync(Listing[] listings, CancellationToken cancellationToken)
    {
        var shown = new ReadOnlyMemory<byte>[listings.Length];
        List<int>? missing = null;
        for (var i = 0; i < listings.Length; i++)
        {
            if (!summaries.TryGet(listings[i], out shown[i]))
                (missing ??= []).Add(i);
        }

        if (missing is null)
            return shown;
        var ids = missing.Select(i => listings[i].Id).ToList();
        var rows = (await database.ReadAsync(session => ListingRows.SummariesAsync(session, ids), cancellationToken)).ToDictionary(row => row.Id);
        foreach (var i in missing)
        {
            // Gone since: an empty object is left out of the answer by whoever writes it.
            if (!rows.TryGetValue(listings[i].Id, out var row))
                continue;
            var summary = Encoding.UTF8.GetBytes(row.Summary);
            shown[i] = summary;
            if (row.RelistedAt == listings[i].RelistedAt)
                summaries.Put(listings[i], summary);
        }

        return shown;
    }

    private static string? Clean(string? text) => text is null ? null : SearchWords.Clean(text);
}
