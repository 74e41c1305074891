using Berth.Data.Sessions;
using Berth.Registry.Scanning;

namespace Berth.Registry.Tests.Scanning;

public abstract class PopularNamesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task Names_that_many_download_are_those_of_all_others_and_a_minute_old_at_most()
    {
        await PublishedAsync(TestPackage.Create("Loved"));
        await PublishedAsync(TestPackage.Create("Plain"));
        await PublishedAsync(TestPackage.Create("Late"));
        await DownloadedAsync("Loved");
        var names = new PopularNames(Database, Time);

        (await OfOthersAsync(names, Bob)).ShouldBe(["Loved"]);
        (await OfOthersAsync(names, Ada)).ShouldBeEmpty("nobody imitates their own");

        await DownloadedAsync("Late");
        (await OfOthersAsync(names, Bob)).ShouldBe(["Loved"]);
        Time.Advance(PopularNames.Lifetime);
        (await OfOthersAsync(names, Bob)).ShouldBe(["Late", "Loved"], ignoreOrder: true);
    }

    private async Task DownloadedAsync(string slug)
    {
        for (var i = 0; i < 100; i++)
            Downloads.Count(slug, "1.0.0");
        await Downloads.FlushAsync();
    }

    private static async Task<IEnumerable<string>> OfOthersAsync(PopularNames names, string publisher) =>
        (await names.OfOthersAsync(publisher, default)).Select(plugin => plugin.Slug);

    public sealed class OnSqlite() : PopularNamesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PopularNamesTests(DatabaseKind.PostgreSql);
}
