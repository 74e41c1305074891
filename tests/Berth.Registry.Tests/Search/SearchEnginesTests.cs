using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search;

public abstract class SearchEnginesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Theory]
    [InlineData(SearchEngineChoice.Auto, 2, SearchEngineChoice.Memory)]
    [InlineData(SearchEngineChoice.Auto, 1, SearchEngineChoice.Database)]
    [InlineData(SearchEngineChoice.Memory, 1, SearchEngineChoice.Memory)]
    [InlineData(SearchEngineChoice.Database, 2, SearchEngineChoice.Database)]
    public async Task Two_listings_are_searched_by_the_engine_that_the_setting_means(SearchEngineChoice setting, int mostInMemory, SearchEngineChoice expected)
    {
        await PublishedAsync(TestPackage.Create("Alpha"));
        await PublishedAsync(TestPackage.Create("Beta"));
        await using var node = Services(Database).AddSingleton(new SearchOptions { Engine = setting, MostInMemory = mostInMemory }).BuildServiceProvider();
        var search = node.GetRequiredService<ICatalogSearch>();

        search.Engine.ShouldBeNull("nobody has asked");
        await search.PrepareAsync();

        search.Engine.ShouldBe(expected);
        (await search.FindAsync(new CatalogQuery())).TotalCount.ShouldBe(2);
    }

    [Fact]
    public async Task The_engine_stays_when_the_catalogue_grows()
    {
        await using var node = Services(Database).AddSingleton(new SearchOptions { MostInMemory = 0 }).BuildServiceProvider();
        var search = node.GetRequiredService<ICatalogSearch>();
        await search.PrepareAsync();
        await PublishedAsync(TestPackage.Create());
        Time.Advance(SearchState.Lifetime);

        (await search.FindAsync(new CatalogQuery("notes"))).Hits.ShouldHaveSingleItem().Slug.ShouldBe("Notes");
        search.Engine.ShouldBe(SearchEngineChoice.Memory);
    }

    [Fact]
    public async Task What_only_the_database_needs_is_there_while_it_searches_and_goes_when_memory_is_asked_for()
    {
        await PublishedAsync(TestPackage.Create());
        foreach (var (setting, isThere) in new[]
        {
            (SearchEngineChoice.Auto, false), (SearchEngineChoice.Memory, false), (SearchEngineChoice.Database, true),
            // Another node may have found a larger catalogue.
            (SearchEngineChoice.Auto, true), (SearchEngineChoice.Memory, false),
        })
        {
            await using var node = Services(Database).AddSingleton(new SearchOptions { Engine = setting }).BuildServiceProvider();
            await node.GetRequiredService<ICatalogSearch>().PrepareAsync();

            (await CountAsync("schema_part WHERE name = 'search'")).ShouldBe(isThere ? 1 : 0, setting.ToString());
            (await node.GetRequiredService<ICatalogSearch>().FindAsync(new CatalogQuery("notes"))).TotalCount.ShouldBe(1);
        }
    }

    public sealed class OnSqlite() : SearchEnginesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SearchEnginesTests(DatabaseKind.PostgreSql);
}
