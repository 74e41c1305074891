using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Search;

public abstract class SearchTests(DatabaseKind kind, SearchEngineChoice engine) : RegistryTestBase(kind)
{
    protected override void Configure(IServiceCollection services) => services.AddSingleton(new SearchOptions { Engine = engine });

    [Fact]
    public async Task The_exact_slug_comes_first_then_the_exact_name_then_beginnings_then_words()
    {
        await PublishedAsync(TestPackage.Create("Words", description: "For notes of all kinds, notes and notes, notes."));
        await PublishedAsync(TestPackage.Create("NotesPlus"));
        await PublishedAsync(TestPackage.Create("Memo", displayName: "Notes"));
        await PublishedAsync(TestPackage.Create("Notes", displayName: "Something"));
        await PublishedAsync(TestPackage.Create("Unrelated"));

        (await FindAsync("notes")).ShouldBe(["Notes", "Memo", "NotesPlus", "Words"]);
        (await FindAsync("NOTES")).ShouldBe(["Notes", "Memo", "NotesPlus", "Words"]);
    }

    [Fact]
    public async Task R69_An_impostor_never_stands_above_the_exact_name()
    {
        await PublishedAsync(TestPackage.Create("NetReview", displayName: "Network Review"), administrator: true);
        await PublishedAsync(TestPackage.Create("Network-Review-Official", displayName: "Network Review Official", description: "network review network review", keywords: ["network", "review"]));
        await PublishedAsync(TestPackage.Create("Netreview2", displayName: "NetReview"));
        await PublishedAsync(TestPackage.Create("RealNetworkReview", displayName: "Network Review"));
        Download("Network-Review-Official", 1_000_000);
        Download("Netreview2", 1_000_000);
        Download("RealNetworkReview", 1_000_000);
        await Downloads.FlushAsync();
        await Trust.DecideAsync("Network-Review-Official", TrustLevels.Verified, Bob, "Looks fine.");

        (await FindAsync("netreview"))[0].ShouldBe("NetReview");
        (await FindAsync("Network Review"))[0].ShouldBe("NetReview", "of two with the same name the more trusted one comes first");
        (await FindAsync(" network  review "))[0].ShouldNotBeNull();
    }

    [Fact]
    public async Task Among_equal_matches_trust_and_downloads_decide()
    {
        foreach (var slug in new[] { "Plain", "Loved", "Trusted" })
            await PublishedAsync(TestPackage.Create(slug, description: "draws a chart"));
        Download("Loved", 50);
        await Downloads.FlushAsync();
        await Trust.DecideAsync("Trusted", TrustLevels.Verified, Bob, "Reviewed.");

        (await FindAsync("chart")).ShouldBe(["Trusted", "Loved", "Plain"]);
    }

    [Fact]
    public async Task Words_are_found_in_names_keywords_and_descriptions_while_they_are_typed()
    {
        await PublishedAsync(TestPackage.Create("CsvCharts", displayName: "Charts from CSV", description: "Draws tables as pictures.", keywords: ["diagram"]));

        foreach (var text in new[] { "csvcharts", "csv", "charts csv", "pict", "diag", "csvch", "DRAWS tab", "chart" })
            (await FindAsync(text)).ShouldBe(["CsvCharts"], text);
        foreach (var text in new[] { "icture", "chart music", "zzz" })
            (await FindAsync(text)).ShouldBeEmpty(text);
    }

    [Fact]
    public async Task Names_in_other_scripts_are_found()
    {
        await PublishedAsync(TestPackage.Create("Zettel", displayName: "Übungsblätter", description: "заметки для учителей"));

        (await FindAsync("übungs")).ShouldBe(["Zettel"]);
        (await FindAsync("ÜBUNGSBLÄTTER")).ShouldBe(["Zettel"]);
        (await FindAsync("Заметки")).ShouldBe(["Zettel"]);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"notes")]
    [InlineData("notes\"*")]
    [InlineData("*")]
    [InlineData("NEAR(notes, 2)")]
    [InlineData("notes AND")]
    [InlineData("AND OR NOT")]
    [InlineData("title:notes")]
    [InlineData("^notes")]
    [InlineData("-notes")]
    [InlineData("{title keywords} : notes")]
    [InlineData("notes & | ! ( ) <-> :*")]
    [InlineData("'; DROP TABLE package; --")]
    [InlineData("\\' \\")]
    [InlineData("%_!%")]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("\ud800 notes \udfff")]
    [InlineData("\u202enotes\u0301\u200b")]
    public async Task No_query_breaks_the_syntax(string text)
    {
        await PublishedAsync(TestPackage.Create());

        var page = await Catalog.SearchAsync(new CatalogQuery(text, Category: text, TrustLevel: text));
        page.Plugins.ShouldBeEmpty();
        await Catalog.SearchAsync(new CatalogQuery(text));

        (await FindAsync("notes")).ShouldBe(["Notes"]);
    }

    [Fact]
    public async Task A_query_of_any_length_is_bounded()
    {
        await PublishedAsync(TestPackage.Create());

        (await FindAsync(new string('x', 10_240))).ShouldBeEmpty();
        (await FindAsync(string.Join(' ', Enumerable.Range(0, 5_000)))).ShouldBeEmpty();
        (await FindAsync("notes" + new string(' ', 10_240))).ShouldBe(["Notes"]);
    }

    [Fact]
    public async Task A_signs_only_query_finds_nothing_and_an_empty_one_lists_all()
    {
        await PublishedAsync(TestPackage.Create("Beta"));
        await PublishedAsync(TestPackage.Create("alpha"));

        (await FindAsync("***")).ShouldBeEmpty();
        (await FindAsync("")).ShouldBe(["alpha", "Beta"]);
        (await FindAsync("   ")).ShouldBe(["alpha", "Beta"]);
    }

    [Fact]
    public async Task Category_and_trust_filter_and_quarantined_plugins_are_hidden()
    {
        await PublishedAsync(TestPackage.Create("One", category: "charts", description: "tool"));
        await PublishedAsync(TestPackage.Create("Two", category: "text", description: "tool"), administrator: true);
        await PublishedAsync(TestPackage.Create("Three", category: "text", description: "tool"));
        await Trust.DecideAsync("Three", TrustLevels.Quarantined, Bob, "Malware.");

        foreach (var text in new[] { "", "tool" })
        {
            (await FindAsync(text, category: "charts")).ShouldBe(["One"]);
            (await FindAsync(text, category: "text")).ShouldBe(["Two"]);
            (await FindAsync(text, trust: TrustLevels.Internal)).ShouldBe(["Two"]);
            (await FindAsync(text, trust: TrustLevels.Quarantined)).ShouldBe(["Three"]);
            (await FindAsync(text, category: "nothing")).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps_or_repetition()
    {
        for (var i = 0; i < 25; i++)
            await PublishedAsync(TestPackage.Create($"Plugin{i:00}", description: "paged"));

        foreach (var text in new[] { "", "paged", "plugin" })
        {
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = await Catalog.SearchAsync(new CatalogQuery(text, Limit: 10, Cursor: cursor));
                page.TotalCount.ShouldBe(25);
                seen.AddRange(page.Plugins.Select(p => p.Slug));
                cursor = page.NextCursor;
            }
            while (cursor is not null);
            seen.ShouldBe(Enumerable.Range(0, 25).Select(i => $"Plugin{i:00}"));
        }

        (await Catalog.SearchAsync(new CatalogQuery("paged", Limit: 25))).NextCursor.ShouldBeNull();
        (await Catalog.SearchAsync(new CatalogQuery("paged", Limit: -5))).Plugins.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cursor_of_another_query_or_of_nobody_is_refused()
    {
        for (var i = 0; i < 3; i++)
            await PublishedAsync(TestPackage.Create($"Plugin{i}"));
        var cursor = (await Catalog.SearchAsync(new CatalogQuery("plugin", Limit: 1))).NextCursor.ShouldNotBeNull();

        await Should.ThrowAsync<InvalidCursorException>(() => Catalog.SearchAsync(new CatalogQuery("other", Cursor: cursor)));
        await Should.ThrowAsync<InvalidCursorException>(() => Catalog.SearchAsync(new CatalogQuery("plugin", Category: "x", Cursor: cursor)));
        foreach (var made in new[] { "", "x", "null", "bnVsbA", "e30", "W10", "%%%", "\0", cursor + "A", new string('A', 100_000) })
            await Should.ThrowAsync<InvalidCursorException>(() => Catalog.SearchAsync(new CatalogQuery("plugin", Cursor: made)));
    }

    [Fact]
    public async Task The_texts_of_the_newest_version_count()
    {
        await PublishedAsync(TestPackage.Create(version: "2.0.0", description: "grape"));
        await PublishedAsync(TestPackage.Create(version: "1.9.0", description: "apple"));
        await PublishedAsync(TestPackage.Create(version: "3.0.0-beta", description: "cherry"));

        (await FindAsync("grape")).ShouldBe(["Notes"]);
        (await FindAsync("apple")).ShouldBeEmpty();
        (await FindAsync("cherry")).ShouldBeEmpty();

        await PublishedAsync(TestPackage.Create(version: "2.1.0", description: "melon", category: "fruit"));

        (await FindAsync("melon", category: "fruit")).ShouldBe(["Notes"]);
        (await FindAsync("grape")).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<string>> FindAsync(string text, string? category = null, string? trust = null) =>
        [.. (await Catalog.SearchAsync(new CatalogQuery(text, category, trust))).Plugins.Select(p => p.Slug)];

    private void Download(string slug, int times)
    {
        for (var i = 0; i < times; i++)
            Downloads.Count(slug, "1.0.0");
    }

    public sealed class OnSqlite() : SearchTests(DatabaseKind.Sqlite, SearchEngineChoice.Memory);

    public sealed class OnSqliteByItsOwnSearch() : SearchTests(DatabaseKind.Sqlite, SearchEngineChoice.Database);

    public sealed class OnPostgreSql() : SearchTests(DatabaseKind.PostgreSql, SearchEngineChoice.Memory);

    public sealed class OnPostgreSqlByItsOwnSearch() : SearchTests(DatabaseKind.PostgreSql, SearchEngineChoice.Database);
}
