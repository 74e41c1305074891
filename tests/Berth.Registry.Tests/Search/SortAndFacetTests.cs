using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search;

public abstract class SortAndFacetTests(DatabaseKind kind, SearchEngineChoice engine) : RegistryTestBase(kind)
{
    protected override void Configure(IServiceCollection services) => services.AddSingleton(new SearchOptions { Engine = engine });

    [Fact]
    public async Task Each_order_goes_through_its_pages_without_gaps_or_repetition_while_plugins_come()
    {
        for (var i = 0; i < 23; i++)
        {
            await PublishedAsync(TestPackage.Create($"Plugin{i:00}", displayName: $"Name {(i * 7) % 23:00}", description: "paged"));
            Time.Advance(TimeSpan.FromMinutes(1));
            Download($"Plugin{i:00}", i % 5);
        }

        await PublishedAsync(TestPackage.Create("Plugin03", version: "2.0.0", displayName: "Name 21", description: "paged"));
        await Downloads.FlushAsync();
        foreach (var sort in Enum.GetValues<CatalogSort>())
        {
            foreach (var text in new[] { "", "paged" })
            {
                var all = await PageThroughAsync(new CatalogQuery(text, Limit: 100) { Sort = sort });
                all.Count.ShouldBe(23, $"{sort} '{text}'");
                (await PageThroughAsync(new CatalogQuery(text, Limit: 4) { Sort = sort })).ShouldBe(all, $"{sort} '{text}'");
            }
        }

        (await FindAsync(CatalogSort.Recent)).First().ShouldBe("Plugin22");
        (await FindAsync(CatalogSort.Updated)).First().ShouldBe("Plugin03");
        (await FindAsync(CatalogSort.Name)).First().ShouldBe("Plugin00");
        (await FindAsync(CatalogSort.Popular)).Take(4).ShouldBe(["Plugin04", "Plugin09", "Plugin14", "Plugin19"]);

        // A plugin that comes between two pages stands in its place and moves no other.
        var first = await Search.FindAsync(new CatalogQuery(Limit: 10) { Sort = CatalogSort.Name });
        await PublishedAsync(TestPackage.Create("Late", displayName: "Name 00 late"));
        var second = await Search.FindAsync(new CatalogQuery(Limit: 100, Cursor: first.NextCursor) { Sort = CatalogSort.Name });
        first.Hits.Concat(second.Hits).Select(hit => hit.Slug).Distinct().Count().ShouldBe(23);
    }

    [Fact]
    public async Task Recent_downloads_count_more_than_old_ones()
    {
        await PublishedAsync(TestPackage.Create("Old", description: "tool"));
        await PublishedAsync(TestPackage.Create("New", description: "tool"));
        Download("Old", 100);
        await Downloads.FlushAsync();
        (await FindAsync(CatalogSort.Popular)).First().ShouldBe("Old");
        Time.Advance(TimeSpan.FromDays(60));
        Download("New", 10);
        await Downloads.FlushAsync();

        (await FindAsync(CatalogSort.Popular)).First().ShouldBe("New");
        (await FindAsync(CatalogSort.Relevance, "tool")).First().ShouldBe("New");
        (await Search.FindAsync(new CatalogQuery("tool"))).Hits.Single(hit => hit.Slug == "Old").Downloads.ShouldBe(100);
    }

    [Fact]
    public async Task Facets_count_what_matches_on_all_pages_and_filters_narrow_them()
    {
        await PublishedAsync(TestPackage.Create("One", category: "charts", description: "tool", keywords: ["Line", "bar"]));
        await PublishedAsync(TestPackage.Create("Two", category: "charts", description: "tool", keywords: ["bar"]), administrator: true);
        await PublishedAsync(TestPackage.Create("Three", category: "text", description: "tool"));
        await PublishedAsync(TestPackage.Create("Four", category: "text", description: "other"));
        await Database.WriteAsync(async session => await SetVerifiedAsync(session, "Two"));

        var page = await Search.FindAsync(new CatalogQuery("tool", Limit: 1));
        page.TotalCount.ShouldBe(3);
        page.Facets.Category.ShouldBe([new("charts", 2), new("text", 1)]);
        page.Facets.Trust.ShouldBe([new("community", 2), new("internal", 1)]);
        page.Facets.Type.ShouldBe([new("frontend", 3)]);
        page.Facets.Keywords.ShouldBe([new("bar", 2), new("line", 1)]);
        page.Facets.VerifiedPublisher.ShouldBe(1);

        foreach (var query in new[] { new CatalogQuery(Category: "charts"), new CatalogQuery { Keyword = "BAR" }, new CatalogQuery("tool") { Keyword = "bar", Type = "frontend" } })
        {
            var narrowed = await Search.FindAsync(query);
            narrowed.Hits.Select(hit => hit.Slug).ShouldBe(["One", "Two"], ignoreOrder: true);
            narrowed.Facets.Category.ShouldBe([new("charts", 2)]);
        }

        (await Search.FindAsync(new CatalogQuery { IsVerified = true })).Hits.ShouldHaveSingleItem().Slug.ShouldBe("Two");
        (await Search.FindAsync(new CatalogQuery { IsVerified = false })).TotalCount.ShouldBe(3);
        (await Search.FindAsync(new CatalogQuery { Type = "backend" })).Facets.Category.ShouldBeEmpty();
        (await Search.FindAsync(new CatalogQuery())).Facets.Category.ShouldBe([new("charts", 2), new("text", 2)]);
    }

    [Fact]
    public async Task A_plugin_that_is_listed_again_has_its_downloads_again()
    {
        await PublishedAsync(TestPackage.Create());
        Download("Notes", 7);
        await Downloads.FlushAsync();
        await SetStateAsync("held");
        (await Search.FindAsync(new CatalogQuery("notes"))).Hits.ShouldBeEmpty();
        Download("Notes", 2);
        await Downloads.FlushAsync();
        await SetStateAsync("visible");
        (await Search.FindAsync(new CatalogQuery("notes"))).Hits.ShouldHaveSingleItem().Downloads.ShouldBe(9);

        // The row itself can be lost; the days are not.
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM package_listing"));
        // The index in memory has it until the next look at the rows.
        (await Search.FindAsync(new CatalogQuery("notes"))).Hits.Count.ShouldBe(engine == SearchEngineChoice.Memory ? 1 : 0);
        await SetStateAsync("visible");
        var again = (await Search.FindAsync(new CatalogQuery("notes"))).Hits.ShouldHaveSingleItem();
        again.Downloads.ShouldBe(9);
    }

    [Fact]
    public async Task Another_node_sees_what_changed_within_the_lifetime_of_its_index()
    {
        await using var node = AnotherNode(Database);
        var other = (ICatalogSearch)node.GetService(typeof(ICatalogSearch))!;
        (await other.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(0);
        await PublishedAsync(TestPackage.Create());
        await PublishedAsync(TestPackage.Create("Other"));
        Time.Advance(SearchState.Lifetime);
        (await other.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(2);
        await Trust.DecideAsync("Other", TrustLevels.Quarantined, Bob, "Malware.");
        Download("Notes", 3);
        await Downloads.FlushAsync();
        Time.Advance(SearchState.Lifetime);
        (await other.FindAsync(new CatalogQuery())).Hits.ShouldHaveSingleItem().Downloads.ShouldBe(3);
    }

    [Fact]
    public async Task An_index_grown_change_by_change_finds_what_one_read_at_once_finds()
    {
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var slug = $"P{random.Next(20)}";
            await PublishAsync(TestPackage.Create(slug, version: $"1.{i}.0", displayName: $"Word{random.Next(5)} Name", description: $"text{random.Next(4)} more", category: $"c{random.Next(3)}"));
            if (i % 7 == 0)
                await Trust.DecideAsync(slug, TrustLevels.All[random.Next(5)], Bob, "Changes.");
            if (i % 5 == 0)
                await Search.FindAsync(new CatalogQuery());
        }

        await using var node = AnotherNode(Database);
        var fresh = (ICatalogSearch)node.GetService(typeof(ICatalogSearch))!;
        foreach (var query in new[] { new CatalogQuery(Limit: 100), new CatalogQuery("word1", Limit: 100), new CatalogQuery("text2 more", Limit: 100), new CatalogQuery("wrod1", Limit: 100), new CatalogQuery("p1"), new CatalogQuery(Category: "c1") { Sort = CatalogSort.Updated } })
        {
            var grown = await Search.FindAsync(query);
            var once = await fresh.FindAsync(query);
            grown.Hits.Select(hit => (hit.Slug, hit.TrustLevel)).ShouldBe(once.Hits.Select(hit => (hit.Slug, hit.TrustLevel)), query.ToString());
            grown.Facets.Category.ShouldBe(once.Facets.Category);
        }
    }

    private async Task SetStateAsync(string state)
    {
        await Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("UPDATE package_version SET state = @state", new { state });
            await SearchIndex.RefreshAsync(session, "Notes");
            return true;
        });
        Time.Advance(SearchState.Lifetime);
    }

    private static async Task<bool> SetVerifiedAsync(DbSession session, string slug)
    {
        await session.ExecuteAsync("INSERT INTO publisher (id, name, display_name, kind, created_by, created_at) VALUES ('acme', 'acme', 'Acme', 'organisation', 'x', 1)");
        await session.ExecuteAsync(
            "INSERT INTO publisher_proof (id, publisher_id, kind, subject, token, created_by, created_at, verified_at, expires_at) VALUES ('1', 'acme', 'domain', 'acme.example', 't', 'x', 1, 1, 99999999999999)");
        await session.ExecuteAsync("UPDATE package SET publisher_id = 'acme' WHERE slug = @slug", new { slug });
        await SearchIndex.RefreshAsync(session, slug);
        return true;
    }

    private async Task<IReadOnlyList<string>> PageThroughAsync(CatalogQuery query)
    {
        var slugs = new List<string>();
        do
        {
            var page = await Search.FindAsync(query);
            slugs.AddRange(page.Hits.Select(hit => hit.Slug));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return slugs;
    }

    private async Task<IEnumerable<string>> FindAsync(CatalogSort sort, string text = "") =>
        (await Search.FindAsync(new CatalogQuery(text) { Sort = sort })).Hits.Select(hit => hit.Slug);

    private void Download(string slug, int times)
    {
        for (var i = 0; i < times; i++)
            Downloads.Count(slug, "1.0.0");
    }

    public sealed class OnSqlite() : SortAndFacetTests(DatabaseKind.Sqlite, SearchEngineChoice.Memory);

    public sealed class OnSqliteByItsOwnSearch() : SortAndFacetTests(DatabaseKind.Sqlite, SearchEngineChoice.Database);

    public sealed class OnPostgreSql() : SortAndFacetTests(DatabaseKind.PostgreSql, SearchEngineChoice.Memory);

    public sealed class OnPostgreSqlByItsOwnSearch() : SortAndFacetTests(DatabaseKind.PostgreSql, SearchEngineChoice.Database);
}
