using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search;

/// <summary>
/// What people search for and what they mean by it: <c>Golden/plugins.json</c> and <c>Golden/queries.json</c>. A query names its
/// first results, in order; one without any must find nothing.
/// </summary>
public abstract class GoldenQueriesTests(DatabaseKind kind, SearchEngineChoice engine) : RegistryTestBase(kind)
{
    /// <summary>Who looks like somebody else is held when it is published; what is ranked here got in before.</summary>
    protected override void Configure(IServiceCollection services) => services
        .AddSingleton(new SearchOptions { Engine = engine })
        .AddSingleton(provider => new PublishStages(provider) { InOrder = [] });

    [Fact]
    public async Task Every_query_finds_what_is_meant_first()
    {
        foreach (var plugin in Read<GoldenPlugin>("plugins.json"))
            await PublishAsync(plugin);
        await Downloads.FlushAsync();

        var wrong = new List<string>();
        foreach (var golden in Read<GoldenQuery>("queries.json"))
        {
            var found = (await Search.FindAsync(new CatalogQuery(golden.Query))).Hits.Select(hit => hit.Slug).ToList();
            if (golden.First.Count == 0 ? found.Count > 0 : !found.Take(golden.First.Count).SequenceEqual(golden.First))
                wrong.Add($"'{golden.Query}' found [{string.Join(", ", found.Take(5))}], not [{string.Join(", ", golden.First)}]");
        }

        wrong.ShouldBeEmpty();
    }

    private async Task PublishAsync(GoldenPlugin plugin)
    {
        await PublishedAsync(TestPackage.Create(plugin.Slug, displayName: plugin.Name, description: plugin.Description, category: plugin.Category, keywords: plugin.Keywords));
        Time.Advance(TimeSpan.FromMinutes(1));
        if (plugin.Trust != TrustLevels.Community)
            await Trust.DecideAsync(plugin.Slug, plugin.Trust, Bob, "Golden.");
        if (plugin.Deprecated || plugin.Yanked)
        {
            await Database.WriteAsync(async session =>
            {
                if (plugin.Deprecated)
                    await session.ExecuteAsync("UPDATE package_version SET deprecation = 'Use another.', deprecated_at = 1 WHERE slug = @Slug", new { plugin.Slug });
                if (plugin.Yanked)
                    await session.ExecuteAsync("UPDATE package_version SET yanked_at = 1 WHERE slug = @Slug", new { plugin.Slug });
                await SearchIndex.RefreshAsync(session, plugin.Slug);
                return true;
            });
        }

        for (var i = 0; i < plugin.Downloads; i++)
            Downloads.Count(plugin.Slug, "1.0.0");
    }

    private static IReadOnlyList<T> Read<T>(string file) => JsonSerializer.Deserialize<List<T>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Search", "Golden", file)), JsonSerializerOptions.Web).ShouldNotBeNull();

    private sealed record GoldenPlugin(
        string Slug, string Name, string Description, string Category, string[] Keywords, string Trust, int Downloads, bool Deprecated = false, bool Yanked = false);

    private sealed record GoldenQuery(string Query, IReadOnlyList<string> First);

    public sealed class OnSqlite() : GoldenQueriesTests(DatabaseKind.Sqlite, SearchEngineChoice.Memory);

    public sealed class OnSqliteByItsOwnSearch() : GoldenQueriesTests(DatabaseKind.Sqlite, SearchEngineChoice.Database);

    public sealed class OnPostgreSql() : GoldenQueriesTests(DatabaseKind.PostgreSql, SearchEngineChoice.Memory);

    public sealed class OnPostgreSqlByItsOwnSearch() : GoldenQueriesTests(DatabaseKind.PostgreSql, SearchEngineChoice.Database);
}
