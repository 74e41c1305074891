using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search;

/// <summary>
/// Random small catalogues of names that resemble each other, changed while they are searched: the index in memory and the database's
/// own search give the same pages, count by count and cursor by cursor.
/// </summary>
public abstract class EnginesAgreeTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const int Catalogues = 12;

    [Fact]
    public async Task Both_engines_give_the_same_pages()
    {
        await using var memory = Node(SearchEngineChoice.Memory);
        await using var own = Node(SearchEngineChoice.Database);
        Prop.ForAll(SearchedCatalogues.Changes.ToArbitrary(), SearchedCatalogues.Queries.ToArbitrary(), (changes, queries) =>
        {
            Compare(changes, queries, memory.GetRequiredService<ICatalogSearch>(), own.GetRequiredService<ICatalogSearch>()).GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Catalogues));
        memory.GetRequiredService<ICatalogSearch>().Engine.ShouldBe(SearchEngineChoice.Memory);
        own.GetRequiredService<ICatalogSearch>().Engine.ShouldBe(SearchEngineChoice.Database);
    }

    private async Task Compare(SearchedPlugin[] changes, CatalogQuery[] queries, ICatalogSearch memory, ICatalogSearch own)
    {
        foreach (var piece in changes.Chunk(10))
        {
            await Database.WriteAsync(async session =>
            {
                foreach (var plugin in piece)
                    await plugin.PutAsync(session);
                return true;
            });
            Time.Advance(SearchState.Lifetime);
        }

        foreach (var query in queries)
            await ComparePagesAsync(query, memory, own);
    }

    private static async Task ComparePagesAsync(CatalogQuery query, ICatalogSearch memory, ICatalogSearch own)
    {
        for (var page = 0; page < 4; page++)
        {
            var wanted = await memory.FindAsync(query);
            var found = await own.FindAsync(query);
            Describe(found).ShouldBe(Describe(wanted), $"page {page} of {query}");
            if (wanted.NextCursor is null)
                break;
            query = query with { Cursor = wanted.NextCursor };
        }
    }

    // All that an answer holds, as one text.
    private static string Describe(CatalogHits hits) => JsonSerializer.Serialize(new
    {
        hits.TotalCount,
        hits.NextCursor,
        hits.Facets,
        Hits = hits.Hits.Select(hit => new { hit.Slug, hit.TrustLevel, hit.IsDeprecated, hit.IsVerified, hit.Downloads, hit.PublishedAt, hit.UpdatedAt, Summary = Convert.ToHexString(hit.Summary.Span) }),
    });

    private ServiceProvider Node(SearchEngineChoice engine) =>
        Services(Database).AddSingleton(new SearchOptions { Engine = engine }).BuildServiceProvider();

    public sealed class OnSqlite() : EnginesAgreeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : EnginesAgreeTests(DatabaseKind.PostgreSql);
}
