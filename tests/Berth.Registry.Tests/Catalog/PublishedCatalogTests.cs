using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Catalog;

public abstract class PublishedCatalogTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Theory]
    [InlineData("Nobody")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("%")]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    [InlineData("Ki\u212Ai")]
    [InlineData("Notes ")]
    [InlineData("' OR 1=1 --")]
    public async Task R63_What_nobody_published_is_not_found(string name)
    {
        await PublishedAsync(TestPackage.Create());
        await PublishedAsync(TestPackage.Create("Kiki"));

        (await Catalog.FindAsync(name)).ShouldBeNull();
        (await Catalog.FindVersionAsync(name, "1.0.0")).ShouldBeNull();
        (await Catalog.FindVersionAsync("Notes", name)).ShouldBeNull();
        (await Catalog.FindTextsAsync("Notes", name)).ShouldBeNull();
        (await Catalog.DownloadsAsync(name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task R63_A_version_is_the_one_that_was_asked_for()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0", content: "one"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0", content: "two"));

        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.Version.ShouldBe("1.0.0");
        (await Catalog.FindVersionAsync("NOTES", "2.0.0"))!.Version.ShouldBe("2.0.0");
        (await Catalog.FindVersionAsync("Notes", "v1.0.0")).ShouldBeNull();
    }

    [Fact]
    public async Task R23_Versions_are_ordered_by_precedence_newest_first()
    {
        foreach (var version in new[] { "1.0.9", "1.0.28", "1.0.0-alpha", "1.0.0", "2.0.0-rc.1" })
            await PublishedAsync(TestPackage.Create(version: version, content: version));

        var plugin = (await Catalog.FindAsync("Notes")).ShouldNotBeNull();

        plugin.Versions.Select(v => v.Version).ShouldBe(["2.0.0-rc.1", "1.0.28", "1.0.9", "1.0.0", "1.0.0-alpha"]);
        plugin.Newest!.Version.ShouldBe("1.0.28");
    }

    [Fact]
    public async Task R70_A_yanked_version_does_not_hide_the_others()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0", content: "one"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0", content: "two"));
        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE package_version SET yanked_at = 1, yank_reason = 'Broken.' WHERE version = '2.0.0'"));
        Time.Advance(TimeSpan.FromSeconds(3));

        var plugin = (await Catalog.FindAsync("Notes")).ShouldNotBeNull();

        plugin.Newest!.Version.ShouldBe("1.0.0");
        plugin.Versions.Count.ShouldBe(2);
        plugin.Versions[0].YankReason.ShouldBe("Broken.");
        (await Catalog.SearchAsync(new CatalogQuery("notes"))).Plugins.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task R64_A_publish_is_seen_at_once_here_and_soon_on_other_nodes()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0", content: "one"));
        await using var other = AnotherNode(Database);
        var otherCatalog = other.GetRequiredService<ICatalog>();
        (await otherCatalog.FindAsync("Notes"))!.Versions.Count.ShouldBe(1);
        (await Catalog.FindAsync("Notes"))!.Versions.Count.ShouldBe(1);

        await PublishedAsync(TestPackage.Create(version: "1.1.0", content: "two"));
        await Trust.DecideAsync("notes", TrustLevels.Verified, Bob, "Reviewed.");

        (await Catalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.1.0");
        (await Catalog.FindAsync("Notes"))!.Newest!.TrustLevel.ShouldBe(TrustLevels.Verified);
        Time.Advance(TimeSpan.FromSeconds(2));
        (await otherCatalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.1.0");
        (await otherCatalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Verified);
    }

    [Fact]
    public async Task R65_A_second_read_does_not_ask_the_database()
    {
        await PublishedAsync(TestPackage.Create());
        var first = await Catalog.FindAsync("Notes");

        var second = Catalog.FindAsync("NOTES");

        second.IsCompletedSuccessfully.ShouldBeTrue();
        (await second).ShouldBeSameAs(first);
    }

    [Fact]
    public async Task A_view_that_is_read_again_keeps_its_parsed_manifests()
    {
        await PublishedAsync(TestPackage.Create());
        var first = (await Catalog.FindVersionAsync("Notes", "1.0.0"))!;
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.Manifest.ShouldBeSameAs(first.Manifest);

        // A new version ends the view, and only the new manifest is parsed.
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.Manifest.ShouldBeSameAs(first.Manifest);
    }

    [Fact]
    public async Task Readers_never_see_a_version_disappear_while_others_are_published()
    {
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            var most = 0;
            while (!done.IsCancellationRequested)
            {
                var count = (await Catalog.FindAsync("Notes"))?.Versions.Count ?? 0;
                count.ShouldBeGreaterThanOrEqualTo(most);
                most = count;
            }

            return most;
        });
        for (var i = 0; i < 30; i++)
        {
            await PublishedAsync(TestPackage.Create(version: $"1.0.{i}", content: $"{i}"));
            (await Catalog.FindAsync("Notes"))!.Versions.Count.ShouldBe(i + 1, "a publisher sees its own version");
        }

        await done.CancelAsync();
        (await reader).ShouldBeLessThanOrEqualTo(30);
    }

    public sealed class OnSqlite() : PublishedCatalogTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PublishedCatalogTests(DatabaseKind.PostgreSql);
}
