using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Trust;

public abstract class QuarantinesTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private IQuarantines Quarantines => Part<IQuarantines>();

    [Fact]
    public async Task R55_A_version_in_quarantine_is_out_at_once_and_back_when_it_is_lifted()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        await PublishedAsync(TestPackage.Create(version: "1.1.0", content: "export default 2;"));
        (await Catalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.1.0", "and now it is cached");

        var set = (await Quarantines.SetAsync(new QuarantineDraft("version", "notes@1.1.0", "Steals cookies."), Reviewer)).Value.ShouldNotBeNull();

        var plugin = (await Catalog.FindAsync("Notes"))!;
        plugin.TrustLevel.ShouldBe(TrustLevels.Community, "the plugin itself is not quarantined");
        plugin.Versions.Select(v => (v.Version, v.TrustLevel)).ShouldBe([("1.1.0", TrustLevels.Quarantined), ("1.0.0", TrustLevels.Community)]);
        plugin.Newest!.Version.ShouldBe("1.0.0");
        set.Plugins.ShouldBe(["Notes"]);

        (await Quarantines.LiftAsync(set.Id, "A false alarm.", Reviewer, isDryRun: false)).Value!.LiftedBy.ShouldBe(Cyd);
        (await Catalog.FindAsync("Notes"))!.Newest!.TrustLevel.ShouldBe(TrustLevels.Community);
        (await Quarantines.LiftAsync(set.Id, "Again.", Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("quarantine.unknown");
        (await EventsAsync("berth.trust.quarantined"), await EventsAsync("berth.trust.quarantine_lifted")).ShouldBe((1, 1));
        (await AuditsAsync("trust.quarantine"), await AuditsAsync("trust.lift_quarantine")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Another_node_sees_it_within_seconds()
    {
        await PublishedAsync(TestPackage.Create());
        await using var node = AnotherNode(Database);
        var elsewhere = node.GetRequiredService<ICatalog>();
        (await elsewhere.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);

        await Quarantines.SetAsync(new QuarantineDraft("plugin", "Notes", "x"), Reviewer);
        Time.Advance(TimeSpan.FromSeconds(2));

        (await elsewhere.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Quarantined);
        Encoding.UTF8.GetString((await node.GetRequiredService<IQuarantines>().StatementAsync()).Json.Span).ShouldContain("Notes");
    }

    [Fact]
    public async Task A_publisher_in_quarantine_takes_all_that_is_theirs_along_and_nothing_of_others()
    {
        await PublishedAsync(TestPackage.Create("Notes"));
        await PublishedAsync(TestPackage.Create("Clock"));
        await PublishedAsync(TestPackage.Create("Other"), Bob);

        await Quarantines.SetAsync(new QuarantineDraft("publisher", Ada, "The account was taken over."), Reviewer);

        (await LevelsAsync("Notes", "Clock", "Other")).ShouldBe([TrustLevels.Quarantined, TrustLevels.Quarantined, TrustLevels.Community]);
        (await Catalog.SearchAsync(new CatalogQuery())).Plugins.Select(p => p.Slug).ShouldBe(["Other"]);
    }

    [Fact]
    public async Task A_file_in_quarantine_is_found_in_every_package_that_has_it()
    {
        await PublishedAsync(TestPackage.Create("Notes", content: "export default 'miner';"));
        await PublishedAsync(TestPackage.Create("Clock", content: "export default 'miner';"));
        await PublishedAsync(TestPackage.Create("Clock", "2.0.0", content: "export default 'clean';"));
        var sha256 = DigestOf("export default 'miner';"u8.ToArray());

        var set = (await Quarantines.SetAsync(new QuarantineDraft("file", sha256.ToUpperInvariant(), "A miner."), Reviewer)).Value!;

        set.Plugins.Order().ShouldBe(["Clock", "Notes"]);
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.TrustLevel.ShouldBe(TrustLevels.Quarantined);
        (await Catalog.FindVersionAsync("Clock", "1.0.0"))!.TrustLevel.ShouldBe(TrustLevels.Quarantined);
        (await Catalog.FindVersionAsync("Clock", "2.0.0"))!.TrustLevel.ShouldBe(TrustLevels.Community);
        var entry = (await StatementAsync()).GetProperty("quarantines")[0];
        entry.GetProperty("digests").GetArrayLength().ShouldBe(2);
        entry.GetProperty("files")[0].GetString().ShouldBe(sha256);
    }

    [Fact]
    public async Task A_quarantine_ends_by_itself_and_the_statement_with_it()
    {
        await PublishedAsync(TestPackage.Create());
        await Quarantines.SetAsync(new QuarantineDraft("plugin", "Notes", "Until it is looked at.") { ExpiresAt = Time.GetUtcNow().AddHours(1) }, Reviewer);
        var before = await Quarantines.StatementAsync();
        Time.Advance(TimeSpan.FromHours(1));

        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);
        (await Quarantines.StatementAsync()).ETag.ShouldNotBe(before.ETag);
        (await StatementAsync()).GetProperty("quarantines").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_statement_names_decided_quarantines_too_and_its_tag_changes_only_with_it()
    {
        await PublishedAsync(TestPackage.Create());
        var empty = await Quarantines.StatementAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Quarantines.StatementAsync()).ETag.ShouldBe(empty.ETag);

        await Trust.DecideAsync("Notes", TrustLevels.Quarantined, Bob, "Malware.");

        var entry = (await StatementAsync()).GetProperty("quarantines")[0];
        entry.GetProperty("slugs")[0].GetString().ShouldBe("Notes");
        entry.GetProperty("reason").GetString().ShouldBe("Malware.");
    }

    [Theory]
    [InlineData("plugin", "../etc", "trust.subject")]
    [InlineData("version", "Notes", "trust.subject")]
    [InlineData("version", "Notes@", "trust.subject")]
    [InlineData("file", "abc", "trust.subject")]
    [InlineData("everything", "Notes", "trust.subject")]
    public async Task What_has_not_the_form_of_its_kind_is_refused(string kind, string subject, string code) =>
        (await Quarantines.SetAsync(new QuarantineDraft(kind, subject, "x"), Reviewer)).Refusal!.Code.ShouldBe(code);

    [Fact]
    public async Task R54_Only_reviewers_set_and_the_owner_does_not_lift()
    {
        await AddUserAsync(Cyd, "[\"reviewer\"]");
        await PublishedAsync(TestPackage.Create());
        var draft = new QuarantineDraft("plugin", "Notes", "x");
        (await Quarantines.SetAsync(draft, Publisher1)).Refusal!.Code.ShouldBe("auth.reviewer");
        var set = (await Quarantines.SetAsync(draft, Reviewer)).Value!;
        (await Quarantines.SetAsync(draft, Reviewer)).Refusal!.Code.ShouldBe("trust.already_quarantined");

        (await Quarantines.LiftAsync(set.Id, "Mine.", new TrustActor(Ada, IsAdministrator: true, IsReviewer: true), isDryRun: false)).Refusal!.Code.ShouldBe("trust.own_plugin");

        (await LevelsAsync("Notes")).ShouldBe([TrustLevels.Quarantined]);
    }

    [Fact]
    public async Task What_does_not_exist_yet_can_be_quarantined_before_it_comes()
    {
        (await Quarantines.SetAsync(new QuarantineDraft("plugin", "Evil", "It was announced."), Reviewer)).IsDone.ShouldBeTrue();

        (await StatementAsync()).GetProperty("quarantines")[0].GetProperty("slugs")[0].GetString().ShouldBe("Evil");
        (await PublishAsync(TestPackage.Create("Evil"))).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldHaveSingleItem().Code.ShouldBe("plugin.quarantined");
        (await Catalog.FindAsync("Evil")).ShouldBeNull();
    }

    private async Task<IReadOnlyList<string>> LevelsAsync(params string[] slugs)
    {
        List<string> levels = [];
        foreach (var slug in slugs)
            levels.Add((await Catalog.FindAsync(slug))!.TrustLevel);
        return levels;
    }

    private async Task<JsonElement> StatementAsync()
    {
        using var document = JsonDocument.Parse((await Quarantines.StatementAsync()).Json);
        return document.RootElement.Clone();
    }

    public sealed class OnSqlite() : QuarantinesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : QuarantinesTests(DatabaseKind.PostgreSql);
}
