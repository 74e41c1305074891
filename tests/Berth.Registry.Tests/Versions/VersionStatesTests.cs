using Berth.Data.Sessions;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Berth.Registry.Versions;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Versions;

public abstract class VersionStatesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private readonly Installations _installations = new();

    protected override void Configure(IServiceCollection services) => services.AddSingleton<IVersionUse>(_installations);

    [Fact]
    public async Task A_yanked_version_is_not_the_newest_any_more_and_keeps_its_bytes()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        var second = await PublishedAsync(TestPackage.Create(version: "1.1.0"));

        (await States.YankAsync(As(Ada), "NOTES", "1.1.0", " It eats notes. ")).ShouldBe(new VersionOutcome.Done("Notes", "1.1.0", true));

        var plugin = (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
        plugin.Newest!.Version.ShouldBe("1.0.0");
        plugin.Versions[0].YankReason.ShouldBe("It eats notes.");
        (await DownloadAsync(second.Digest)).Length.ShouldBe((int)second.Size);
        (await States.YankAsync(As(Ada), "Notes", "1.1.0", "It eats notes.")).ShouldBe(new VersionOutcome.Done("Notes", "1.1.0", false));
        (await States.UnyankAsync(As(Ada), "Notes", "1.1.0")).ShouldBe(new VersionOutcome.Done("Notes", "1.1.0", true));
        (await Catalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.1.0");
        (await TypesAsync()).ShouldBe(["berth.package.yanked", "berth.package.unyanked"]);
        (await CountAsync("audit WHERE action IN ('package.yank', 'package.unyank')")).ShouldBe(2);
    }

    [Fact]
    public async Task R70_Yanking_the_newest_version_yanks_no_other_and_yanking_all_still_finds_the_plugin_by_name()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0", displayName: "Old name"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0", displayName: "New name"));

        await States.YankAsync(As(Ada), "Notes", "2.0.0", "Broken.");

        var plugin = (await Catalog.SearchAsync(new("notes"))).Plugins.ShouldHaveSingleItem();
        plugin.Newest!.Version.ShouldBe("1.0.0");
        plugin.Newest.YankedAt.ShouldBeNull();
        (await Catalog.SearchAsync(new("old name"))).Plugins.ShouldHaveSingleItem();
        (await Catalog.SearchAsync(new("new"))).Plugins.ShouldBeEmpty("a yanked version's words do not list the plugin");

        await States.YankAsync(As(Ada), "Notes", "1.0.0", "Broken, too.");

        plugin = (await Catalog.SearchAsync(new("notes"))).Plugins.ShouldHaveSingleItem();
        plugin.Newest.ShouldBeNull();
        plugin.Versions.ShouldAllBe(version => version.YankedAt != null);
    }

    [Fact]
    public async Task Only_who_may_publish_it_changes_a_version_and_what_is_not_there_is_said()
    {
        await PublishedAsync(TestPackage.Create());

        (await States.YankAsync(As(Bob), "Notes", "1.0.0", "Mine!")).ShouldBe(new VersionOutcome.NotPermitted("Notes"));
        (await States.YankAsync(As(Bob, administrator: true), "Notes", "1.0.0", "By order.")).ShouldBeOfType<VersionOutcome.Done>();
        (await States.YankAsync(As(Ada), "Nothing", "1.0.0", "x")).ShouldBeOfType<VersionOutcome.UnknownPlugin>();
        (await States.YankAsync(As(Ada), "Notes", "9.0.0", "x")).ShouldBe(new VersionOutcome.UnknownVersion("Notes"));
        (await States.DeleteAsync(As(Bob), "Notes", "1.0.0", null, isForced: false)).ShouldBe(new VersionOutcome.NotPermitted("Notes"));
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        await PublishedAsync(TestPackage.Create());

        (await States.YankAsync(As(Ada), "Notes", "1.0.0", "x", isDryRun: true)).ShouldBe(new VersionOutcome.Done("Notes", "1.0.0", true));
        (await States.DeprecateAsync(As(Ada), "Notes", null, "old", null, null, isDryRun: true)).ShouldBe(new VersionOutcome.Done("Notes", "", true));
        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false, isDryRun: true)).ShouldBeOfType<VersionOutcome.Done>();

        var plugin = (await Catalog.FindAsync("Notes"))!;
        plugin.Newest!.YankedAt.ShouldBeNull();
        plugin.Newest.Deprecation.ShouldBeNull();
        (await TypesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deprecation_is_shown_with_its_successor_and_an_empty_message_takes_it_back()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0"));
        await PublishedAsync(TestPackage.Create("Better"));

        (await States.DeprecateAsync(As(Ada), "Notes", "1.0.0", "No longer maintained.", "Better", "^1.0.0")).ShouldBeOfType<VersionOutcome.Done>();
        var plugin = (await Catalog.FindAsync("Notes"))!;
        plugin.Versions[1].Deprecation.ShouldBe(new Deprecation("No longer maintained.", "Better", "^1.0.0", Time.GetUtcNow()));
        plugin.Versions[0].Deprecation.ShouldBeNull();

        await States.DeprecateAsync(As(Ada), "Notes", null, "Gone soon.", null, null);
        (await Catalog.FindAsync("Notes"))!.Versions.ShouldAllBe(version => version.Deprecation!.Message == "Gone soon.");
        await States.DeprecateAsync(As(Ada), "Notes", null, "", null, null);
        (await Catalog.FindAsync("Notes"))!.Versions.ShouldAllBe(version => version.Deprecation == null);
    }

    [Theory]
    [InlineData("Nobody", null)]
    [InlineData(null, "^1.0.0")]
    [InlineData("Notes", "not a range")]
    public async Task A_successor_must_be_known_and_its_version_a_range(string? successor, string? version)
    {
        await PublishedAsync(TestPackage.Create());
        var refused = (await States.DeprecateAsync(As(Ada), "Notes", "1.0.0", "Old.", successor, version)).ShouldBeOfType<VersionOutcome.Refused>();
        refused.Reasons.ShouldHaveSingleItem().Code.ShouldBe("version.deprecation");
    }

    [Fact]
    public async Task A_message_has_a_length()
    {
        await PublishedAsync(TestPackage.Create());
        (await States.DeprecateAsync(As(Ada), "Notes", "1.0.0", new string('x', Deprecation.MaxMessage), null, null)).ShouldBeOfType<VersionOutcome.Done>();
        (await States.DeprecateAsync(As(Ada), "Notes", "1.0.0", new string('x', Deprecation.MaxMessage + 1), null, null)).ShouldBeOfType<VersionOutcome.Refused>();
    }

    [Fact]
    public async Task A_deleted_version_leaves_a_tombstone_whose_number_is_never_given_again()
    {
        var package = TestPackage.Create(version: "1.0.0");
        var first = await PublishedAsync(package);
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));

        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", "Wrong file.", isForced: false)).ShouldBeOfType<VersionOutcome.Done>();

        (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldBeNull();
        (await Catalog.FindVersionAsync("Notes", "1.1.0")).ShouldNotBeNull();
        (await States.FindTombstoneAsync("notes", "1.0.0")).ShouldBe(new Tombstone("Notes", "1.0.0", Time.GetUtcNow(), "Wrong file."));
        (await States.FindTombstoneAsync("Notes", "1.1.0")).ShouldBeNull();
        (await PublishAsync(package)).ShouldBeOfType<PublishOutcome.VersionDeleted>("the same bytes do not bring it back");
        (await PublishAsync(TestPackage.Create(version: "1.0.0", content: "other"))).ShouldBeOfType<PublishOutcome.VersionDeleted>();
        (await PublishAsync(package, Bob, administrator: true)).ShouldBeOfType<PublishOutcome.VersionDeleted>();
        (await States.YankAsync(As(Ada), "Notes", "1.0.0", "x")).ShouldBeOfType<VersionOutcome.Gone>();
        (await CountAsync($"package_version WHERE digest = '{first.Digest}'")).ShouldBe(0, "nothing refers to the bytes, so the cleanup takes them");
        (await CountAsync($"package_version WHERE deleted_sha256 = '{first.Digest}' AND readme IS NULL")).ShouldBe(1);
        (await TypesAsync()).ShouldBe(["berth.package.deleted"]);
    }

    [Fact]
    public async Task The_last_version_takes_the_plugin_out_of_the_catalogue_and_the_slug_stays_whose_it_was()
    {
        await PublishedAsync(TestPackage.Create());
        await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false);

        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Catalog.SearchAsync(new("notes"))).Plugins.ShouldBeEmpty();
        (await PublishAsync(TestPackage.Create(version: "1.0.1"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        await PublishedAsync(TestPackage.Create(version: "1.0.1"));
        (await Catalog.SearchAsync(new("notes"))).Plugins.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Every_reason_against_a_deletion_is_told()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        await PublishedAsync(TestPackage.Create(version: "2.0.0"));
        await PublishedAsync(TestPackage.Needing("Needy", "1.0.0", ("notes", "^1.0.0")));
        await Channels.PromoteAsync(As(Ada), new("Notes", "2.0.0", "stable"));
        await Channels.RollbackAsync(As(Ada), new("Notes", "1.0.0", "stable"));
        Time.Advance(DeletionRules.MaxAge + TimeSpan.FromSeconds(1));
        _installations.Count = 3;

        var refused = (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false)).ShouldBeOfType<VersionOutcome.Refused>();

        refused.Reasons.Select(reason => reason.Code).ShouldBe(["version.delete.age", "version.delete.installed", "version.delete.dependents", "version.delete.channel"]);
        refused.Reasons[2].Message.ShouldContain("Needy 1.0.0");
        (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_dependent_that_another_version_satisfies_keeps_nothing_from_being_deleted()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));
        await PublishedAsync(TestPackage.Needing("Needy", "1.0.0", ("Notes", "^1.0.0")));

        (await States.DeleteAsync(As(Ada), "Notes", "1.1.0", null, isForced: false)).ShouldBeOfType<VersionOutcome.Done>();
        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false)).ShouldBeOfType<VersionOutcome.Refused>()
            .Reasons.ShouldHaveSingleItem().Code.ShouldBe("version.delete.dependents");
    }

    [Fact]
    public async Task An_administrator_deletes_against_every_rule_with_a_reason_and_nobody_else_does()
    {
        await PublishedAsync(TestPackage.Create(), administrator: false);
        Time.Advance(TimeSpan.FromDays(400));
        _installations.Count = 1;

        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", "Please.", isForced: true)).ShouldBeOfType<VersionOutcome.Refused>().Reasons[0].Code.ShouldBe("version.delete.force");
        (await States.DeleteAsync(As(Bob, administrator: true), "Notes", "1.0.0", " ", isForced: true)).ShouldBeOfType<VersionOutcome.Refused>();
        (await States.DeleteAsync(As(Bob, administrator: true), "Notes", "1.0.0", "Court order 7.", isForced: true)).ShouldBeOfType<VersionOutcome.Done>();
        (await States.FindTombstoneAsync("Notes", "1.0.0"))!.Reason.ShouldBe("Court order 7.");
    }

    [Fact]
    public async Task What_one_node_decides_another_sees_within_its_snapshots_lifetime()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0"));
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));
        await using var other = AnotherNode(Database);
        var catalog = other.GetRequiredService<Registry.Catalog.ICatalog>();
        (await catalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.1.0");

        await States.YankAsync(As(Ada), "Notes", "1.1.0", "Broken.");
        Time.Advance(TimeSpan.FromSeconds(2));

        (await catalog.FindAsync("Notes"))!.Newest!.Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_quarantined_plugin_can_be_yanked_and_deleted_all_the_same()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync("Notes", TrustLevels.Quarantined, Bob, "Odd.");
        (await States.YankAsync(As(Ada), "Notes", "1.0.0", "Odd.")).ShouldBeOfType<VersionOutcome.Done>();
        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false)).ShouldBeOfType<VersionOutcome.Done>();
    }

    private Task<IReadOnlyList<string>> TypesAsync() =>
        Database.ReadAsync(s => s.QueryAsync<string>("SELECT type FROM outbox WHERE type <> 'berth.package.published' AND type <> 'berth.package.trust_decided' ORDER BY seq"));

    private sealed class Installations : IVersionUse
    {
        public long Count { get; set; }

        public Task<long> InstallationsAsync(string slug, string digest, CancellationToken cancellationToken = default) => Task.FromResult(Count);
    }

    public sealed class OnSqlite() : VersionStatesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : VersionStatesTests(DatabaseKind.PostgreSql);
}

/// <summary>A registry that knows no host.</summary>
public sealed class DeletionWithoutHostTests() : RegistryTestBase(DatabaseKind.Sqlite)
{
    [Fact]
    public async Task A_registry_by_itself_goes_by_its_downloads()
    {
        await PublishedAsync(TestPackage.Create());
        Downloads.Count("Notes", "1.0.0");
        await Downloads.FlushAsync();

        (await States.DeleteAsync(As(Ada), "Notes", "1.0.0", null, isForced: false)).ShouldBeOfType<VersionOutcome.Refused>()
            .Reasons.ShouldHaveSingleItem().Code.ShouldBe("version.delete.downloaded");
    }
}
