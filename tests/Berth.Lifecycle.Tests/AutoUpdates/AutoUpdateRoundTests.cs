using Berth.Data.Sessions;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Lifecycle.Tests.AutoUpdates;

/// <summary>Who is updated in a round, how often the registry is asked for it, and what becomes of failures.</summary>
public sealed class AutoUpdateRoundTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_opted_in_gets_the_newer_version_by_an_ordinary_update_that_nobody_asked_for(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.UserWithAsync("Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        var bob = await world.AddUserAsync("bob");
        await world.InstallAsync(bob, "Echo", "1.0.0");

        await world.RoundAsync();

        var plugin = (await world.FindAsync(ada, "Echo")).ShouldNotBeNull();
        (plugin.Version, plugin.PreviousVersion).ShouldBe(("1.1.0", "1.0.0"));
        (await world.ReadAsync(ada, "Echo", "mine")).ShouldBe("""{"v":2,"value":7}""");
        (await world.VersionAsync(bob, "Echo")).ShouldBe("1.0.0", "automatic updates are off by default");
        var entry = await world.EntryAsync(ada, "Echo");
        (entry.State, entry.Version, entry.Code).ShouldBe((AutoUpdateState.Updated, "1.1.0", null));
        entry.CheckedAt.ShouldNotBeNull();
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'update' AND state = 'succeeded'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.update' AND actor_id = 'automatic-update' AND user_id = @UserId", new { ada.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.updated'")).ShouldBe(1);
        await world.RoundAsync();
        (await world.EntryAsync(ada, "Echo")).State.ShouldBe(AutoUpdateState.Updated);
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone().Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task The_registry_is_asked_once_for_all_users_and_channels_of_a_plugin()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Registry.Publish(
            await TestPackage.FrontendAsync("Bars", "1.0.0"), await TestPackage.FrontendAsync("Bars", "1.1.0"), await TestPackage.FrontendAsync("Bars", "1.2.0-beta.1"),
            await TestPackage.FrontendAsync("Bars", "1.2.0-alpha.1"));
        var users = new List<OperationCaller>();
        for (var i = 0; i < 12; i++)
            users.Add(await world.UserWithAsync("Bars", "1.0.0"));
        foreach (var user in users.Take(4))
            await world.OptInAsync(user, "Bars", "beta");
        world.Registry.Asks = 0;

        await world.RoundAsync();

        world.Registry.Asks.ShouldBe(1);
        world.Registry.Fetches.ShouldBe(3, "each version once");
        foreach (var user in users)
            (await world.VersionAsync(user, "Bars")).ShouldBe(users.IndexOf(user) < 4 ? "1.2.0-beta.1" : "1.1.0");
        await world.RoundAsync();
        world.Registry.Asks.ShouldBe(2);
    }

    [Fact]
    public async Task Opting_in_is_written_with_the_channel_told_in_audit_and_event_and_a_dry_run_changes_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        var autoUpdates = world.Get<IAutoUpdates>();

        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", AutoUpdate: true, IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>();
        (await autoUpdates.OfUserAsync(ada.UserId)).ShouldBeEmpty();

        var done = (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", Channel: "beta", AutoUpdate: true))).ShouldBeDone();
        done.Changed.ShouldBe(["channel", "auto_update"]);
        (await world.CountAsync("""SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.pinned' AND data LIKE '%"changed":["channel","auto_update"]%'""")).ShouldBe(1);
        await world.RestartAsync();
        (await world.FindAsync(ada, "Charts"))!.Channel.ShouldBe("beta");
        (await world.EntryAsync(ada, "Charts")).State.ShouldBe(AutoUpdateState.Current);

        (await world.Operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", AutoUpdate: false))).ShouldBeDone();
        (await world.Get<IAutoUpdates>().OfUserAsync(ada.UserId)).ShouldBeEmpty();
        await world.RoundAsync();
        (await world.VersionAsync(ada, "Charts")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Where_the_operator_switched_it_off_whoever_opts_in_is_told()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        var setPolicy = ActivatorUtilities.CreateInstance<SetPolicyOperation>(world.Provider, new AutoUpdateOptions { Interval = TimeSpan.Zero });

        (await setPolicy.RunAsync(ada, new SetPolicyRequest("Charts", AutoUpdate: true), default)).ShouldBeDone().Notes.ShouldHaveSingleItem().ShouldContain("updates nothing by itself");
    }

    [Fact]
    public async Task What_is_uninstalled_opts_out_with_it_and_its_plugin_is_forgotten()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.UserWithAsync("Charts", "1.0.0");
        await world.RoundAsync();
        (await world.CountAsync("SELECT COUNT(*) FROM auto_update_turn")).ShouldBe(1);
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();

        await world.RoundAsync();

        (await world.CountAsync("SELECT COUNT(*) FROM auto_update")).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM auto_update_turn")).ShouldBe(0);
        await world.InstallAsync(ada, "Charts", "1.0.0");
        (await world.Get<IAutoUpdates>().OfUserAsync(ada.UserId)).ShouldBeEmpty("a new installation begins without it");
    }

    [Fact]
    public async Task Installations_that_are_switched_off_and_users_who_are_disabled_are_left_alone()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var (off, disabled) = (await world.UserWithAsync("Charts", "1.0.0"), await world.UserWithAsync("Charts", "1.0.0"));
        (await world.Operations.SetEnabledAsync(off, new SetEnabledRequest("Charts", Enabled: false))).ShouldBeDone();
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE id = @UserId", new { disabled.UserId }));

        await world.RoundAsync();

        (await world.VersionAsync(off, "Charts")).ShouldBe("1.0.0");
        (await world.VersionAsync(disabled, "Charts")).ShouldBe("1.0.0");
        (await world.Operations.SetEnabledAsync(off, new SetEnabledRequest("Charts", Enabled: true))).ShouldBeDone();
        await world.RoundAsync();
        (await world.VersionAsync(off, "Charts")).ShouldNotBe("1.0.0");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_version_that_fails_leaves_the_old_one_is_tried_again_after_longer_and_longer_and_then_given_up_until_a_newer_one(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        const string slug = "FailsOnImport";
        world.Registry.Publish(await TestPackage.FixtureAsync(slug, "1.0.0"), await TestPackage.FixtureAsync(slug, "1.1.0"));
        var ada = await world.UserWithAsync(slug, "1.0.0");
        await world.WriteAsync(ada, slug, "mine", "7");

        await world.RoundAsync();
        var entry = await world.EntryAsync(ada, slug);
        (entry.State, entry.Version, entry.Code, entry.Attempts).ShouldBe((AutoUpdateState.Failed, "1.1.0", "plugin.import_failed", 1));
        (await FailuresAsync()).ShouldBe(1, "the ordinary update told it");
        await world.RoundAsync();
        (await FailuresAsync()).ShouldBe(1, "not in each round");

        for (var attempt = 2; attempt <= 5; attempt++)
        {
            await world.PassAsync(TimeSpan.FromHours(Math.Pow(2, attempt - 1)));
            await world.RoundAsync();
            (await FailuresAsync()).ShouldBe(attempt);
        }

        entry = await world.EntryAsync(ada, slug);
        (entry.State, entry.Code, entry.NextAttemptAt).ShouldBe((AutoUpdateState.GivenUp, "auto_update.given_up", null));
        entry.Reason!.ShouldContain("failed 5 times");
        await world.PassAsync(TimeSpan.FromDays(100));
        await world.RoundAsync();
        (await FailuresAsync()).ShouldBe(5);
        (await world.ToldAsync(ada, "1.1.0")).ShouldBe(1, "that it was given up is told once");
        (await world.VersionAsync(ada, slug), await world.ReadAsync(ada, slug, "mine")).ShouldBe(("1.0.0", "7"));

        await world.OptInAsync(ada, slug);
        await world.RoundAsync();
        (await world.EntryAsync(ada, slug)).Attempts.ShouldBe(1, "who asks again gets another try");
        world.Registry.Publish(await TestPackage.FrontendAsync(slug, "1.2.0"));
        await world.RoundAsync();
        (await world.VersionAsync(ada, slug)).ShouldBe("1.2.0");

        Task<long> FailuresAsync() => world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.operation.failed'");
    }

    [Fact]
    public async Task With_the_registry_away_nothing_changes_and_the_next_round_comes_at_once_when_it_is_back()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.UserWithAsync("Charts", "1.0.0");
        world.Registry.IsAway = true;
        var round = world.Get<AutoUpdateRound>();
        await round.RunAsync(default);
        (await world.EntryAsync(ada, "Charts")).State.ShouldBe(AutoUpdateState.Current);

        world.Registry.IsAway = false;
        await round.RunAsync(default);

        (await world.EntryAsync(ada, "Charts")).State.ShouldBe(AutoUpdateState.Updated);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_nodes_at_once_do_each_installation_once(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        foreach (var slug in new[] { "Alpha", "Beta", "Gamma" })
            world.Registry.Publish(await TestPackage.FrontendAsync(slug, "1.0.0"), await TestPackage.FrontendAsync(slug, "1.1.0"));
        var users = new List<OperationCaller>();
        for (var i = 0; i < 6; i++)
        {
            users.Add(await world.UserWithAsync("Echo", "1.0.0"));
            foreach (var slug in new[] { "Alpha", "Beta", "Gamma" })
            {
                await world.InstallAsync(users[i], slug, "1.0.0");
                await world.OptInAsync(users[i], slug);
            }
        }

        await using var other = TestWorld.Services(world.Database, world.Registry, new TestWitness(), world.PluginsDirectory, "node-b");
        // The other node remembers them as they were before.
        foreach (var user in users)
            (await other.GetRequiredService<Berth.Lifecycle.Installations.IInstallations>().OfUserAsync(user.UserId)).Plugins.Count.ShouldBe(4);

        await Task.WhenAll(new[] { world.Provider, other, world.Provider, other }.Select(node => node.GetRequiredService<AutoUpdateRound>().RunAsync(default)));
        await world.PassAsync(TimeSpan.FromHours(1));
        await other.GetRequiredService<AutoUpdateRound>().RunAsync(default);
        await world.RoundAsync();

        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'update'")).ShouldBe(24, "none was begun twice");
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.updated'")).ShouldBe(24);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.operation.failed'")).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE version = '1.1.0'")).ShouldBe(24);
        (await world.CountAsync("SELECT COUNT(*) FROM auto_update WHERE state = 'updated'")).ShouldBe(24);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_plugins_turn_is_one_nodes_until_it_is_silent_for_too_long_and_comes_once_an_interval(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var time = new MovedTime();
        var (one, other) = (new PluginTurns(world.Database, new AutoUpdateOptions(), time), new PluginTurns(world.Database, new AutoUpdateOptions(), time));

        (await one.TryTakeAsync("Charts", default)).ShouldBeTrue();
        (await other.TryTakeAsync("Charts", default)).ShouldBeFalse();
        (await other.TryTakeAsync("Echo", default)).ShouldBeTrue("another plugin's turn is another turn");
        time.Advance(TimeSpan.FromMinutes(4));
        (await one.KeepAsync("Charts", default)).ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(4));
        (await other.TryTakeAsync("Charts", default)).ShouldBeFalse("it was renewed");

        time.Advance(TimeSpan.FromMinutes(2));
        (await other.TryTakeAsync("Charts", default)).ShouldBeTrue("its holder was silent");
        (await one.KeepAsync("Charts", default)).ShouldBeFalse();
        await one.EndAsync("Charts", isDone: true);
        await other.EndAsync("Charts", isDone: true);
        (await one.TryTakeAsync("Charts", default)).ShouldBeFalse("it was looked at just now");
        time.Advance(TimeSpan.FromMinutes(45));
        (await one.TryTakeAsync("Charts", default)).ShouldBeTrue();
        await one.EndAsync("Charts", isDone: false);
        (await other.TryTakeAsync("Charts", default)).ShouldBeTrue("what was not finished is anybody's at once");
    }
}
