using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search.Database;

public abstract class DatabaseEngineTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    protected override void Configure(IServiceCollection services) => services.AddSingleton(new SearchOptions { Engine = SearchEngineChoice.Database });

    [Fact]
    public async Task Names_without_forms_or_with_those_of_an_earlier_name_are_formed_before_they_are_searched()
    {
        foreach (var i in Enumerable.Range(0, 210))
            await PublishedAsync(TestPackage.Create($"Plugin{i}", displayName: $"Chart of {i}"));
        await Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE package_listing SET slug_compact = NULL, name_compact = NULL, slug_skeleton = NULL, name_skeleton = NULL, formed_name = NULL"));

        (await FindAsync("CHART-0F-17")).ShouldBe("Plugin17", "a node of an earlier version left none");

        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE package_listing SET name_folded = 'drawing of lines' WHERE slug = 'Plugin17'"));
        Time.Advance(SearchState.Lifetime);
        (await FindAsync("DRAWING-0F-LINES")).ShouldBe("Plugin17", "a node of an earlier version gave it another name");
        (await CountAsync("package_listing WHERE formed_name IS NULL OR formed_name <> name_folded")).ShouldBe(0);
    }

    [Fact]
    public async Task Counts_of_a_list_are_new_when_this_node_changed_a_plugin_and_otherwise_after_the_lifetime()
    {
        (await Search.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(0);
        await PublishedAsync(TestPackage.Create("Alpha", category: "text"));
        (await Search.FindAsync(new CatalogQuery())).Facets.Category.ShouldBe([new("text", 1)]);

        await using (var another = AnotherNode(Database))
        {
            var search = another.GetRequiredService<ICatalogSearch>();
            (await search.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(1);
            await PublishedAsync(TestPackage.Create("Beta", category: "text"));
            var before = await search.FindAsync(new CatalogQuery());
            (before.Hits.Count, before.TotalCount).ShouldBe((2, 1), "the page is of the rows, the count of two seconds ago at most");
            Time.Advance(SearchState.Lifetime);
            (await search.FindAsync(new CatalogQuery())).Facets.Category.ShouldBe([new("text", 2)]);
        }
    }

    [Fact]
    public async Task A_cursor_that_somebody_wrote_breaks_nothing()
    {
        await PublishedAsync(TestPackage.Create());
        foreach (var sort in Enum.GetValues<CatalogSort>())
        {
            var query = new CatalogQuery { Sort = sort };
            foreach (var number in new[] { long.MinValue, 0, long.MaxValue })
            {
                var cursor = SearchCursor.After(query, new RankKey(number, number, "a\0\ud800", "\0\udfff'"), 740_000);
                await Search.FindAsync(query with { Cursor = cursor.ToString() });
            }
        }

        (await FindAsync("notes")).ShouldBe("Notes");
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_no_words()
    {
        await PublishedAsync(TestPackage.Create(description: "draws a chart", keywords: ["diagram"]));
        await Should.ThrowAsync<InvalidOperationException>(() => Database.WriteAsync<bool>(async session =>
        {
            await session.ExecuteAsync("UPDATE package_listing SET body_words = 'kanban', keywords = '[\"board\"]'");
            throw new InvalidOperationException();
        }));

        (await Search.FindAsync(new CatalogQuery("kanban"))).TotalCount.ShouldBe(0);
        (await Search.FindAsync(new CatalogQuery("draws chart"))).TotalCount.ShouldBe(1);
        (await Search.FindAsync(new CatalogQuery { Keyword = "board" })).TotalCount.ShouldBe(0);
        (await Search.FindAsync(new CatalogQuery { Keyword = "diagram" })).TotalCount.ShouldBe(1);
    }

    private async Task<string> FindAsync(string text) => (await Search.FindAsync(new CatalogQuery(text))).Hits[0].Slug;

    public sealed class OnSqlite() : DatabaseEngineTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DatabaseEngineTests(DatabaseKind.PostgreSql);
}
