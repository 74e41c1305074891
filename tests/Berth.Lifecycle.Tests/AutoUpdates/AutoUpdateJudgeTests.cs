using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.Settings;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.AutoUpdates;

/// <summary>What is not taken without its user, and what the user is told of it.</summary>
public sealed class AutoUpdateJudgeTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async Task InitializeAsync() => _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task The_policy_of_the_new_versions_level_decides_and_is_named_once_for_a_version()
    {
        await PublishAsync("1.0.0", "1.1.0");
        _world.Learn("""{"policies":[{"level":"verified","auto_update":false}]}""");
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();
        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "auto_update.policy")).ShouldContain("'verified', whose policy");
        (await _world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.auto_update' AND outcome = 'withheld' AND actor_id = 'automatic-update'")).ShouldBe(1);
        await PublishAsync("1.2.0");
        await _world.RoundAsync();
        await _world.ShouldBeWithheldAsync(ada, "Bars", "1.2.0", "auto_update.policy");

        _world.Learn("""{"policies":[{"level":"verified","auto_update":true}]}""");
        await _world.RoundAsync();
        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.2.0");
    }

    [Theory]
    [InlineData("internal", null, true)]
    [InlineData("verified", null, true)]
    [InlineData("community", null, false)]
    [InlineData("untrusted", null, false)]
    [InlineData("community", """{"policies":[{"level":"community","auto_update":true}]}""", true)]
    [InlineData("verified", """{"policies":[{"level":"verified"}]}""", false)]
    [InlineData("verified", """{"policies":[{"level":"verified","auto_update":true},{"level":"community","auto_update":false}],"restrictions":[{"slug":"Bars","level":"community"}]}""", false)]
    public async Task Without_a_policy_what_is_trusted_most_is_taken_and_a_restriction_counts(string level, string? statement, bool isTaken)
    {
        _world.Registry.Publish(await TestPackage.FrontendAsync("Bars", "1.0.0"), await TestPackage.FrontendAsync("Bars", "1.1.0", level));
        if (statement is not null)
            _world.Learn(statement);
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        (await _world.VersionAsync(ada, "Bars")).ShouldBe(isTaken ? "1.1.0" : "1.0.0");
    }

    [Fact]
    public async Task A_version_that_asks_for_more_waits_for_its_user_and_what_was_declined_before_is_not_asked_again()
    {
        await PublishAsync("1.0.0", Asks("network:http-client", "filesystem:write-temp"));
        var ada = await _world.UserWithAsync("Bars", "1.0.0", "filesystem:write-temp");
        await PublishAsync("1.1.0", Asks("network:http-client", "filesystem:write-temp"));
        await _world.RoundAsync();
        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.1.0");

        await PublishAsync("1.2.0", Asks("network:http-client", "filesystem:write-temp", "network:websocket"));
        await _world.RoundAsync();

        var entry = await _world.EntryAsync(ada, "Bars");
        (entry.State, entry.Version, entry.Code).ShouldBe((AutoUpdateState.Withheld, "1.2.0", "auto_update.capabilities"));
        entry.Reason.ShouldBe("Bars 1.2.0 asks for network:websocket, which you have not granted. Look at it, and take it yourself, with: berth update Bars");
        (await _world.Operations.UpdateAsync(ada, new UpdateRequest("Bars", Grant: ["network:websocket"]))).ShouldBeDone();
        await _world.RoundAsync();
        (await _world.EntryAsync(ada, "Bars")).ShouldSatisfyAllConditions(now => now.State.ShouldBe(AutoUpdateState.Current), now => now.Reason.ShouldBeNull());
    }

    [Fact]
    public async Task Settings_that_do_not_fit_wait_for_their_user()
    {
        var ada = await Tuned.InstalledAsync(_world);
        (await _world.ConfigureAsync(ada, """{"limit":50}""")).ShouldBeDone();
        await _world.OptInAsync(ada, "Tuned");
        var bob = await _world.UserWithAsync("Tuned", "1.0.0");

        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Tuned", "2.0.0", "auto_update.settings")).ShouldContain("'/limit' does not fit 2.0.0");
        (await _world.VersionAsync(bob, "Tuned")).ShouldBe("2.0.0", "who has set nothing loses nothing");
    }

    [Fact]
    public async Task A_setting_that_the_new_version_needs_and_nobody_set_waits_for_its_user()
    {
        await PublishAsync("1.0.0");
        await PublishAsync("1.1.0", new JsonObject
        {
            ["config"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["url"] = new JsonObject { ["type"] = "string" } }, ["required"] = new JsonArray("url") },
        });
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "auto_update.settings")).ShouldContain("1.1.0 needs the setting '/url', which is not set.");
    }

    [Fact]
    public async Task A_version_that_is_yanked_or_stopped_is_never_taken_and_the_one_before_it_is()
    {
        await PublishAsync("1.0.0", "1.1.0", "1.2.0", "1.3.0");
        _world.Registry.Change("Bars", "1.3.0", version => version with { IsYanked = true });
        _world.Registry.Change("Bars", "1.2.0", version => version with { TrustLevel = "quarantined" });
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_plugin_that_the_registry_quarantined_is_not_updated_and_its_user_learns_why()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var ada = await _world.UserWithAsync("Bars", "1.0.0");
        _world.Learn("""{"quarantines":[{"id":"1","reason":"It steals.","expires_at":null,"slugs":["Bars"],"digests":[],"files":[]}]}""");

        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "plugin.quarantined")).ShouldContain("It steals.");
    }

    [Fact]
    public async Task A_version_that_names_its_successor_is_not_taken_and_a_mere_warning_is_in_nobodys_way()
    {
        await PublishAsync("1.0.0", "1.1.0");
        _world.Registry.Change("Bars", "1.1.0", version => version with { Deprecation = new AvailableDeprecation("Moved.", "Columns", "^1") });
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "auto_update.deprecated")).ShouldContain("Use Columns ^1 instead.");
        _world.Registry.Change("Bars", "1.1.0", version => version with { Deprecation = new AvailableDeprecation("Slow.", null, null) });
        await _world.RoundAsync();
        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_version_waits_for_the_cool_down_and_nobody_is_called_for_it()
    {
        await PublishAsync("1.0.0", "1.1.0");
        _world.Learn("""{"policies":[{"level":"verified","auto_update":true,"cool_down_seconds":3600}]}""");
        _world.Registry.Change("Bars", "1.1.0", version => version with { PublishedAt = DateTimeOffset.UtcNow });
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        var entry = await _world.EntryAsync(ada, "Bars");
        (entry.State, entry.Code).ShouldBe((AutoUpdateState.CoolingDown, "update.cooling_down"));
        entry.Reason!.ShouldContain("1.1.0 is new");
        (await _world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.auto_update_withheld'")).ShouldBe(0);
        _world.Registry.Change("Bars", "1.1.0", version => version with { PublishedAt = DateTimeOffset.UtcNow.AddHours(-2) });
        await _world.RoundAsync();
        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.1.0");
    }

    [Fact]
    public async Task Pins_bound_what_comes_by_itself()
    {
        await PublishAsync("1.0.0", "1.0.5", "1.1.0");
        var (ada, bob) = (await _world.UserWithAsync("Bars", "1.0.0"), await _world.UserWithAsync("Bars", "1.0.0"));
        (await _world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Bars", ChangesPin: true, "~1.0"))).ShouldBeDone();
        (await _world.Operations.SetPolicyAsync(bob, new SetPolicyRequest("Bars", ChangesPin: true, "1.0.0"))).ShouldBeDone();

        await _world.RoundAsync();

        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.0.5");
        (await _world.ShouldBeWithheldAsync(bob, "Bars", "1.1.0", "version.pinned")).ShouldContain("berth unpin Bars");
    }

    [Fact]
    public async Task Nobody_is_brought_back_to_the_version_from_which_they_went_back()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var ada = await _world.UserWithAsync("Bars", "1.0.0");
        await _world.RoundAsync();
        (await _world.Operations.RollbackAsync(ada, new RollbackRequest("Bars"))).ShouldBeDone();

        await _world.RoundAsync();

        var entry = await _world.EntryAsync(ada, "Bars");
        (entry.State, entry.Code, await _world.VersionAsync(ada, "Bars")).ShouldBe((AutoUpdateState.Withheld, "auto_update.rolled_back", "1.0.0"));
        await PublishAsync("1.1.1");
        await _world.RoundAsync();
        (await _world.VersionAsync(ada, "Bars")).ShouldBe("1.1.1");
    }

    [Fact]
    public async Task What_would_come_along_is_for_the_user_to_decide_unless_that_may_be_updated_by_itself_too()
    {
        await PublishAsync("1.0.0");
        _world.Registry.Publish(await TestPackage.FrontendAsync("Base", "1.0.0"), await TestPackage.FrontendAsync("Base", "1.1.0"));
        await PublishAsync("1.1.0", Needs("Base", "^1.1"));
        var (ada, bob) = (await _world.UserWithAsync("Bars", "1.0.0"), await _world.UserWithAsync("Bars", "1.0.0"));
        await _world.InstallAsync(bob, "Base", "1.0.0");

        await _world.RoundAsync();

        (await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "auto_update.comes_along")).ShouldContain("Base 1.1.0 would be installed");
        (await _world.ShouldBeWithheldAsync(bob, "Bars", "1.1.0", "auto_update.comes_along")).ShouldContain("Base would be updated from 1.0.0 to 1.1.0");
        await _world.OptInAsync(bob, "Base");
        await _world.RoundAsync();
        (await _world.VersionAsync(bob, "Bars"), await _world.VersionAsync(bob, "Base")).ShouldBe(("1.1.0", "1.1.0"));
    }

    [Fact]
    public async Task A_private_package_is_never_followed_by_itself()
    {
        var ada = await _world.AddUserAsync();
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            var package = await TestPackage.FrontendAsync("Mine", version);
            await _world.Get<Berth.Lifecycle.PrivatePackages.IPrivatePackages>().AddAsync(ada.UserId, new MemoryStream(package.Bytes), ada.UserId);
        }

        await _world.InstallAsync(ada, "Mine", "1.0.0");
        await _world.OptInAsync(ada, "Mine");

        await _world.RoundAsync();

        await _world.ShouldBeWithheldAsync(ada, "Mine", "1.1.0", "auto_update.private");
    }

    [Fact]
    public async Task All_reasons_are_told_at_once()
    {
        await PublishAsync("1.0.0");
        await PublishAsync("1.1.0", new JsonObject { ["security"] = new JsonObject { ["capabilities"] = new JsonArray("network:websocket") }, ["dependencies"] = new JsonObject { ["Base"] = "*" } });
        _world.Registry.Publish(await TestPackage.FrontendAsync("Base", "1.0.0"));
        _world.Learn("""{"policies":[{"level":"verified","auto_update":false}]}""");
        var ada = await _world.UserWithAsync("Bars", "1.0.0");

        await _world.RoundAsync();

        var reason = await _world.ShouldBeWithheldAsync(ada, "Bars", "1.1.0", "auto_update.policy");
        foreach (var part in new[] { "not possible for 3 reasons", "whose policy lets no host", "asks for network:websocket", "Base 1.0.0 would be installed" })
            reason.ShouldContain(part);
    }

    private async Task PublishAsync(params string[] versions)
    {
        foreach (var version in versions)
            _world.Registry.Publish(await TestPackage.FrontendAsync("Bars", version));
    }

    private async Task PublishAsync(string version, JsonObject more) => _world.Registry.Publish(await TestPackage.FrontendAsync("Bars", version, more: more));

    private static JsonObject Asks(params string[] capabilities) => new() { ["security"] = new JsonObject { ["capabilities"] = new JsonArray([.. capabilities.Select(name => (JsonNode)name)]) } };

    private static JsonObject Needs(string slug, string range) => new() { ["dependencies"] = new JsonObject { [slug] = range } };
}
