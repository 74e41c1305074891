using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Which versions a user comes to: site's pin, then the user's, then the channel.</summary>
public sealed class PinsAndChannelsTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private OperationCaller _ada = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        _ada = await _world.AddUserAsync();
        foreach (var version in new[] { "1.3.0", "1.3.5", "1.4.0", "2.0.0", "2.1.0-alpha.9", "2.1.0-beta.2" })
            _world.Registry.Publish(await TestPackage.FrontendAsync("Bars", version));
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(null, null, "stable", "2.0.0")]
    [InlineData(null, null, "beta", "2.1.0-beta.2")]
    [InlineData(null, null, "alpha", "2.1.0-alpha.9")]
    [InlineData(null, "1.3", "beta", "1.3.5")]
    [InlineData(null, "^1.3", "stable", "1.4.0")]
    [InlineData(null, ">=2.1.0-alpha.9 <2.1.0-beta", "stable", "2.1.0-alpha.9")]
    [InlineData("1.3", null, "beta", "1.3.5")]
    [InlineData("^1", "1.3", "stable", "1.3.5")]
    [InlineData("1.4.0", "1.3", "stable", "1.4.0")]
    [InlineData("<2", "^2", "beta", "1.4.0")]
    public async Task R23_site_before_user_before_channel(string? site, string? user, string channel, string expected)
    {
        await _world.InstallAsync(_ada, "Bars", "1.3.0");
        (await _world.Operations.SetPolicyAsync(_ada, new SetPolicyRequest("Bars", ChangesPin: true, user, channel))).ShouldBeDone();
        if (site is not null)
            (await _world.Get<ISitePins>().SetAsync(_ada, "bars", site, null)).ShouldNotBeNull();

        (await CandidateAsync()).ShouldBe(expected);
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars"))).ShouldBeDone().Version.ShouldBe(expected);
        (await CandidateAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_version_outside_of_the_users_pin_is_refused_also_when_it_is_named_and_the_answer_says_how_to_lift_it()
    {
        await _world.InstallAsync(_ada, "Bars", "1.3.5");
        (await _world.Operations.SetPolicyAsync(_ada, new SetPolicyRequest("Bars", ChangesPin: true, "v1.3"))).ShouldBeDone();

        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned").Message.ShouldContain("berth unpin Bars");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars", "2.0.0"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned").Message.ShouldContain("You pinned Bars to 1.3");
        (await CandidateAsync()).ShouldBeNull();

        (await _world.Operations.SetPolicyAsync(_ada, new SetPolicyRequest("Bars", ChangesPin: true))).ShouldBeDone();
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars", "2.0.0"))).ShouldBeDone();
    }

    [Fact]
    public async Task A_sites_pin_bounds_installs_updates_and_rollbacks_of_everybody()
    {
        var pins = _world.Get<ISitePins>();
        await _world.InstallAsync(_ada, "Bars", "1.3.0");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars", "1.3.5"))).ShouldBeDone();
        await pins.SetAsync(_ada, "Bars", ">=1.3.5 <2", "1.3.0 loses data");

        (await _world.Operations.RollbackAsync(_ada, new RollbackRequest("Bars"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned").Message.ShouldContain("1.3.0 loses data");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars", "2.0.0"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned").Message.ShouldContain("administrator");
        var bob = await _world.AddUserAsync("bob");
        (await _world.Operations.InstallAsync(bob, new InstallRequest("Bars", "2.0.0"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned");
        (await _world.Operations.InstallAsync(bob, new InstallRequest("Bars"))).ShouldBeDone().Version.ShouldBe("1.4.0");

        (await pins.RemoveAsync(_ada, "bars")).ShouldBeTrue();
        (await pins.RemoveAsync(_ada, "bars")).ShouldBeFalse();
        (await _world.Operations.RollbackAsync(_ada, new RollbackRequest("Bars"))).ShouldBeDone().Version.ShouldBe("1.3.0");
        (await _world.CountAsync("SELECT COUNT(*) FROM audit WHERE action IN ('site.pin', 'site.unpin')")).ShouldBe(2);
    }

    [Fact]
    public async Task A_pin_is_in_the_way_of_who_needs_more_and_is_named_with_the_need()
    {
        _world.Registry.Publish(await TestPackage.FrontendAsync("Apps", "2.1.0", more: Needs("Bars", ">=1.4")));
        await _world.InstallAsync(_ada, "Bars", "1.3.0");
        (await _world.Operations.SetPolicyAsync(_ada, new SetPolicyRequest("Bars", ChangesPin: true, "1.3"))).ShouldBeDone();

        var refused = (await _world.Operations.InstallAsync(_ada, new InstallRequest("Apps"))).ShouldBeRefused(RefusalKind.Unprocessable, "version.pinned");

        refused.Message.ShouldContain("Apps 2.1.0 needs Bars >=1.4, but: You pinned Bars to 1.3");
        (await _world.FindAsync(_ada, "Bars"))!.Version.ShouldBe("1.3.0");
    }

    [Fact]
    public async Task An_update_that_its_dependents_cannot_live_with_is_not_offered_and_takes_them_along_when_it_can()
    {
        _world.Registry.Publish(await TestPackage.FrontendAsync("Apps", "1.0.0", more: Needs("Bars", "^1")));
        await _world.InstallAsync(_ada, "Bars", "1.4.0");
        await _world.InstallAsync(_ada, "Apps");
        (await CandidateAsync()).ShouldBeNull();
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars"))).ShouldBeRefused(RefusalKind.Unprocessable, "plugin.required").Message.ShouldContain("Apps 1.0.0 needs Bars ^1");

        _world.Registry.Publish(await TestPackage.FrontendAsync("Apps", "1.1.0", more: Needs("Bars", "*")));
        (await CandidateAsync()).ShouldBe("2.0.0");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Bars"))).ShouldBeDone().Members.ShouldHaveSingleItem().Version.ShouldBe("1.1.0");
    }

    [Theory]
    [InlineData("not a range", null, "version.invalid")]
    [InlineData("", null, "version.invalid")]
    [InlineData(null, "Stable!", "channel.invalid")]
    [InlineData(null, "", "channel.invalid")]
    public async Task What_is_no_pin_or_channel_changes_nothing(string? pin, string? channel, string code)
    {
        await _world.InstallAsync(_ada, "Bars", "1.3.0");
        var before = await _world.FindAsync(_ada, "Bars");

        (await _world.Operations.SetPolicyAsync(_ada, new SetPolicyRequest("Bars", pin is not null, pin, channel))).ShouldBeRefused(RefusalKind.Unprocessable, code);

        (await _world.FindAsync(_ada, "Bars")).ShouldBe(before);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Pin_channel_and_switch_are_written_together_and_survive_a_restart(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");

        var result = (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", true, "^2", "beta", Enabled: false))).ShouldBeDone();
        await world.RestartAsync();

        result.Notes.ShouldHaveSingleItem().ShouldContain("outside the pin ^2");
        var plugin = (await world.FindAsync(ada, "Charts")).ShouldNotBeNull();
        (plugin.Pinned, plugin.Channel, plugin.Enabled, plugin.Version).ShouldBe(("^2", "beta", false, "1.0.0"));
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.pin'")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_sites_pin_is_one_row_whatever_the_case_of_its_slug(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        var pins = world.Get<ISitePins>();

        await pins.SetAsync(ada, "Charts", "^1", "first");
        await pins.SetAsync(ada, "charts", "^2", null);

        var pin = (await pins.AllAsync()).Values.ShouldHaveSingleItem();
        (pin.Pin, pin.Reason, pin.SetBy).ShouldBe(("^2", null, ada.ActorId));
        (await pins.SetAsync(ada, "charts", "nonsense!", null)).ShouldBeNull();
    }

    private static JsonObject Needs(string slug, string range) => new() { ["dependencies"] = new JsonObject { [slug] = range } };

    private async Task<string?> CandidateAsync() => (await _world.Get<IUpdateCandidates>().FindAsync(
        (await _world.FindAsync(_ada, "Bars"))!, await _world.Installations.OfUserAsync(_ada.UserId)))?.Version;
}
