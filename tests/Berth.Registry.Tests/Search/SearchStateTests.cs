using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;

namespace Berth.Registry.Tests.Search;

public abstract class SearchStateTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task Plugins_without_a_listing_are_listed_piece_by_piece_and_found_with_their_downloads()
    {
        foreach (var i in Enumerable.Range(0, 60))
            await PublishedAsync(TestPackage.Create($"P{i}", description: "draws a chart"));
        Downloads.Count("P7", "1.0.0");
        await Downloads.FlushAsync();
        // As after a schema that made the table anew.
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM package_listing"));

        await using var node = AnotherNode(Database);
        var search = (ICatalogSearch)node.GetService(typeof(ICatalogSearch))!;
        (await search.FindAsync(new CatalogQuery("chart"))).TotalCount.ShouldBe(0, "a search does not wait for it");
        (await ListingRebuild.RunAsync(Database, (slug, exception) => throw exception, default)).ShouldBe(60);
        Time.Advance(SearchState.Lifetime);

        (await search.FindAsync(new CatalogQuery("chart"))).TotalCount.ShouldBe(60);
        (await search.FindAsync(new CatalogQuery("P7"))).Hits[0].Downloads.ShouldBe(1);
        (await ListingRebuild.RunAsync(Database, (slug, exception) => throw exception, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_search_between_half_of_the_lifetime_and_its_end_has_the_rows_looked_at_and_does_not_wait()
    {
        await using var node = AnotherNode(Database);
        var search = (ICatalogSearch)node.GetService(typeof(ICatalogSearch))!;
        (await search.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(0);
        await PublishedAsync(TestPackage.Create());
        Time.Advance(SearchState.Lifetime / 2);

        var state = (SearchState)node.GetService(typeof(SearchState))!;
        var current = state.CurrentAsync(default).AsTask();
        current.IsCompletedSuccessfully.ShouldBeTrue();

        // No time goes by, so it can only have come from behind.
        while ((await search.FindAsync(new CatalogQuery())).TotalCount == 0)
            await Task.Delay(5);
    }

    [Theory]
    [InlineData(CatalogSort.Popular)]
    [InlineData(CatalogSort.Relevance)]
    public async Task The_first_page_of_everything_shows_what_was_downloaded_since(CatalogSort sort)
    {
        foreach (var slug in new[] { "Alpha", "Beta", "Gamma" })
            await PublishedAsync(TestPackage.Create(slug));
        var query = new CatalogQuery(Limit: 2) { Sort = sort };
        await Search.FindAsync(query);
        for (var i = 0; i < 5; i++)
            Downloads.Count("Gamma", "1.0.0");
        Downloads.Count("Alpha", "1.0.0");
        await Downloads.FlushAsync();
        Time.Advance(SearchState.Lifetime);

        var page = await Search.FindAsync(query);

        page.Hits.Select(hit => (hit.Slug, hit.Downloads)).ShouldBe(sort == CatalogSort.Popular ? [("Gamma", 5), ("Alpha", 1)] : [("Alpha", 1), ("Beta", 0)]);
        page.TotalCount.ShouldBe(3);
        (await Search.FindAsync(query with { Cursor = page.NextCursor })).Hits.ShouldHaveSingleItem().Slug.ShouldBe(sort == CatalogSort.Popular ? "Beta" : "Gamma");
        (await Search.FindAsync(query with { Limit = 3 })).NextCursor.ShouldBeNull();
    }

    public sealed class OnSqlite() : SearchStateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SearchStateTests(DatabaseKind.PostgreSql);
}
