using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Versions;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Versions;

public abstract class ChannelsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task Untouched_channels_follow_the_version_numbers()
    {
        await PublishAllAsync("1.0.0", "1.1.0", "2.0.0-beta.1", "2.0.0-alpha.1");
        (await GivesAsync()).ShouldBe("latest=1.1.0 stable=1.1.0 beta=2.0.0-beta.1 nightly=1.1.0");
    }

    [Fact]
    public async Task A_plugin_with_prereleases_alone_has_a_latest_and_no_stable()
    {
        await PublishAllAsync("1.0.0-alpha.1");
        (await GivesAsync()).ShouldBe("latest=1.0.0-alpha.1 stable= beta= nightly=");
    }

    [Fact]
    public async Task R64_Promote_and_rollback_are_seen_at_once_and_on_other_nodes_within_seconds()
    {
        await PublishAllAsync("1.0.0", "1.1.0", "2.0.0-beta.1");
        await using var other = AnotherNode(Database);
        var elsewhere = other.GetRequiredService<ICatalog>();
        (await elsewhere.FindAsync("Notes")).ShouldNotBeNull();

        (await Channels.PromoteAsync(As(Ada), new("NOTES", "2.0.0-beta.1", "stable", "Good enough."))).ShouldBe(new ChannelOutcome.Done("Notes", "stable", "2.0.0-beta.1", "1.1.0"));
        (await GivesAsync()).ShouldBe("latest=2.0.0-beta.1 stable=2.0.0-beta.1 beta=2.0.0-beta.1 nightly=1.1.0");
        (await Channels.RollbackAsync(As(Ada), new("Notes", "1.0.0", "stable"))).ShouldBe(new ChannelOutcome.Done("Notes", "stable", "1.0.0", "2.0.0-beta.1"));
        (await GivesAsync()).ShouldBe("latest=1.0.0 stable=1.0.0 beta=2.0.0-beta.1 nightly=1.1.0");

        Time.Advance(TimeSpan.FromSeconds(2));
        ReleaseChannels.VersionOf((await elsewhere.FindAsync("Notes"))!, "stable")!.Version.ShouldBe("1.0.0");
        var history = await Channels.HistoryAsync("notes", 10, null);
        history.Select(change => $"{change.Kind} {change.Channel} {change.Previous}→{change.Version} {change.Reason}").ShouldBe(
            ["rollback stable 2.0.0-beta.1→1.0.0 ", "promote stable 1.1.0→2.0.0-beta.1 Good enough."]);
        (await Channels.HistoryAsync("Notes", 10, history[0].Sequence)).ShouldHaveSingleItem();
        (await CountAsync("outbox WHERE type = 'berth.package.channel_changed'")).ShouldBe(2);
        (await CountAsync("audit WHERE action = 'package.channel'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_rolled_back_channel_does_not_take_a_new_version_by_itself()
    {
        await PublishAllAsync("1.0.0", "1.1.0");
        await Channels.RollbackAsync(As(Ada), new("Notes", "1.0.0", "stable"));
        await PublishAllAsync("1.2.0");

        (await GivesAsync()).ShouldStartWith("latest=1.0.0 stable=1.0.0");
        (await Channels.ReleaseAsync(As(Ada), new("Notes", "", "stable"))).ShouldBe(new ChannelOutcome.Done("Notes", "stable", null, "1.0.0"));
        (await GivesAsync()).ShouldStartWith("latest=1.2.0 stable=1.2.0");
    }

    [Fact]
    public async Task A_channel_whose_version_is_yanked_gives_the_newest_one_below()
    {
        await PublishAllAsync("1.0.0", "1.1.0", "1.2.0");
        await Channels.RollbackAsync(As(Ada), new("Notes", "1.1.0", "stable"));
        await States.YankAsync(As(Ada), "Notes", "1.1.0", "Broken, too.");

        (await GivesAsync()).ShouldStartWith("latest=1.0.0 stable=1.0.0");
        await States.YankAsync(As(Ada), "Notes", "1.0.0", "All broken.");
        var plugin = (await Catalog.FindAsync("Notes"))!;
        ReleaseChannels.VersionOf(plugin, "stable").ShouldBeNull("what is newer than the channel is not given instead");
        plugin.IsYanked.ShouldBeFalse("R70: 1.2.0 is not");
        plugin.Shown.Version.ShouldBe("1.2.0");
    }

    [Fact]
    public async Task Each_way_goes_in_its_direction_and_only_to_what_is_on_offer()
    {
        await PublishAllAsync("1.0.0", "1.1.0");
        await Channels.PromoteAsync(As(Ada), new("Notes", "1.1.0", "stable"));

        (await Channels.PromoteAsync(As(Ada), new("Notes", "1.0.0", "stable"))).ShouldBeOfType<ChannelOutcome.Refused>().Reason.Code.ShouldBe("channel.backwards");
        (await Channels.RollbackAsync(As(Ada), new("Notes", "1.1.0", "stable"))).ShouldBeOfType<ChannelOutcome.Refused>().Reason.Code.ShouldBe("channel.forwards");
        (await Channels.PromoteAsync(As(Ada), new("Notes", "9.9.9", "stable"))).ShouldBe(new ChannelOutcome.UnknownVersion("Notes"));
        (await Channels.PromoteAsync(As(Ada), new("Nothing", "1.0.0", "stable"))).ShouldBeOfType<ChannelOutcome.UnknownPlugin>();
        (await Channels.PromoteAsync(As(Bob), new("Notes", "1.1.0", "stable"))).ShouldBe(new ChannelOutcome.NotPermitted("Notes"));
        foreach (var name in new[] { "", "Beta", "1", "a b", new string('a', 33), "béta" })
            (await Channels.PromoteAsync(As(Ada), new("Notes", "1.1.0", name))).ShouldBeOfType<ChannelOutcome.Refused>().Reason.Code.ShouldBe("channel.name");
        await States.YankAsync(As(Ada), "Notes", "1.0.0", "x");
        (await Channels.RollbackAsync(As(Ada), new("Notes", "1.0.0", "stable"))).ShouldBe(new ChannelOutcome.UnknownVersion("Notes"));
    }

    [Fact]
    public async Task A_dry_run_moves_nothing()
    {
        await PublishAllAsync("1.0.0", "1.1.0");
        (await Channels.RollbackAsync(As(Ada), new("Notes", "1.0.0", "stable", IsDryRun: true))).ShouldBe(new ChannelOutcome.Done("Notes", "stable", "1.0.0", "1.1.0"));
        (await GivesAsync()).ShouldStartWith("latest=1.1.0 stable=1.1.0");
        (await Channels.HistoryAsync("Notes", 10, null)).ShouldBeEmpty();
    }

    private async Task PublishAllAsync(params string[] versions)
    {
        foreach (var version in versions)
            await PublishedAsync(TestPackage.Create(version: version));
    }

    private async Task<string> GivesAsync()
    {
        var plugin = (await Catalog.FindAsync("Notes"))!;
        return string.Join(' ', ReleaseChannels.Always.Append("nightly").Select(name => $"{name}={ReleaseChannels.VersionOf(plugin, name)?.Version}"));
    }

    public sealed class OnSqlite() : ChannelsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ChannelsTests(DatabaseKind.PostgreSql);
}
