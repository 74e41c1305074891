using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <inheritdoc cref="ICatalogSearch" />
internal sealed class CatalogSearch(SearchEngines engines, TimeProvider time) : ICatalogSearch
{
    public SearchEngineChoice? Engine => engines.Chosen;

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
        var engine = await engines.CurrentAsync(cancellationToken);
        var (page, shown) = await engine.FindAsync(cleaned, cursor?.Key, day, cancellationToken);
        return new CatalogHits(
            [.. page.Listings.Select((ranked, i) => Hit(ranked.Listing, shown[i]))],
            page.Total, page.Last is { } last ? SearchCursor.After(query, last, day).ToString() : null, page.Facets);
    }

    public async ValueTask PrepareAsync(CancellationToken cancellationToken = default) =>
        await (await engines.CurrentAsync(cancellationToken)).PrepareAsync(cancellationToken);

    private static CatalogHit Hit(Listing listing, ReadOnlyMemory<byte> summary) => new(
        listing.Slug, listing.TrustLevel.Text, listing.IsDeprecated, listing.IsVerified, listing.Standing.Downloads,
        DateTimeOffset.FromUnixTimeMilliseconds(listing.PublishedAt), DateTimeOffset.FromUnixTimeMilliseconds(listing.UpdatedAt), summary);

    private static string? Clean(string? text) => text is null ? null : SearchWords.Clean(text);
}
