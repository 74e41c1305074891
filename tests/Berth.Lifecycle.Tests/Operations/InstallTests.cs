using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class InstallTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_front_end_is_installed_with_its_modules_and_its_files_are_in_the_store(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0", modules: ["A", "B"]));

        var result = await world.InstallAsync(ada, "charts");

        result.PluginId.ShouldBe($"{ada.UserId}_Charts");
        result.ModulesCreated.ShouldBe([$"{ada.UserId}_Charts_A", $"{ada.UserId}_Charts_B"]);
        var plugin = (await world.FindAsync(ada, "CHARTS")).ShouldNotBeNull();
        (plugin.Slug, plugin.Version, plugin.Enabled, plugin.PreviousVersion).ShouldBe(("Charts", "1.0.0", true, null));
        var stored = (await world.Store.FindVersionAsync(plugin.Slug, plugin.Version)).ShouldNotBeNull();
        stored.Files.TryFind("dist/remoteEntry.js", out _).ShouldBeTrue();
        var modules = await world.Installations.ModulesAsync(ada.UserId, plugin.PluginId);
        modules.Select(module => module.DisplayName).ShouldBe(["A of 1.0.0", "B of 1.0.0"]);
        JsonNode.Parse(modules[0].Json["configFields"])!["color"]!["type"]!.GetValue<string>().ShouldBe("text");
        StateDump.Record(world, ada).ShouldBe(["Charts"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Journal_audit_and_event_tell_of_an_installation(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        var admin = ada with { ActorId = "f".PadLeft(32, 'f'), RequestId = "r1" };
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0"));

        var result = (await world.Operations.InstallAsync(admin, new InstallRequest("Charts"))).ShouldBeDone();

        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE id = @OperationId AND state = 'succeeded' AND kind = 'install'", result)).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE actor_id = @ActorId AND user_id = @UserId AND action = 'plugin.install' AND outcome = 'succeeded' AND request_id = 'r1'",
            new { admin.ActorId, admin.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.installed' AND subject = @PluginId AND user_id = @UserId",
            new { result.PluginId, ada.UserId })).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_plugins_own_install_writes_first_documents(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));

        await world.InstallAsync(ada, "Echo");

        (await world.ReadAsync(ada, "Echo", "installed")).ShouldBe("\"1.0.0\"");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_plugin_whose_install_throws_leaves_no_row_and_no_document(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FixtureAsync("WritesThenFails", "1.0.0"));
        var before = await StateDump.ReadAsync(world, ada);

        var failed = (await world.Operations.InstallAsync(ada, new InstallRequest("WritesThenFails"))).ShouldHaveFailed("plugin.install_failed");

        failed.Step.ShouldBe("install");
        failed.Message.ShouldContain("install fault after writing");
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM user_data")).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'failed'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE outcome = 'failed'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_plugin_that_does_not_load_is_not_installed()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FixtureAsync("ThrowsInStart", "1.0.0"));

        var outcome = await world.Operations.InstallAsync(ada, new InstallRequest("ThrowsInStart"));

        outcome.ShouldBeOfType<OperationOutcome.Failed>().Step.ShouldBe("load");
        (await world.FindAsync(ada, "ThrowsInStart")).ShouldBeNull();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R12_a_second_plugin_is_installed_beside_the_first(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await world.AddUserAsync();
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0"), await TestPackage.FrontendAsync("ChartsPlus", "1.0.0"));

        await world.InstallAsync(ada, "Charts");
        await world.InstallAsync(ada, "ChartsPlus");

        (await world.Installations.OfUserAsync(ada.UserId)).Plugins.Select(plugin => plugin.Slug).ShouldBe(["Charts", "ChartsPlus"]);
        StateDump.Record(world, ada).ShouldBe(["Charts", "ChartsPlus"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "Charts")]
    [InlineData(DatabaseKind.Sqlite, "Echo")]
    [InlineData(DatabaseKind.PostgreSql, "Echo")]
    public async Task R18_of_two_clicks_one_installs_and_the_other_is_told_why_not(DatabaseKind kind, string slug)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Operations.InstallAsync(ada, new InstallRequest(slug)))));

        outcomes.OfType<OperationOutcome.Done>().Count().ShouldBe(1);
        foreach (var refused in outcomes.Where(outcome => outcome is not OperationOutcome.Done))
            refused.ShouldBeOfType<OperationOutcome.Refused>().Code.ShouldBeOneOf("plugin.already_installed", "operation.in_progress");
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE user_id = @UserId", new { ada.UserId })).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R18_a_snapshot_that_is_behind_the_database_ends_in_a_conflict_not_in_an_exception(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.Installations.OfUserAsync(ada.UserId);
        var other = await Database(world);
        await using (other.Services)
            (await other.Operations.InstallAsync(ada, new InstallRequest("Charts", "1.0.0"))).ShouldBeDone();

        (await world.Operations.InstallAsync(ada, new InstallRequest("Charts", "1.0.0"))).ShouldBeRefused(RefusalKind.Conflict, "plugin.already_installed");
        (await world.FindAsync(ada, "Charts")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_user_who_does_not_exist_is_told_so()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var nobody = new OperationCaller(Guid.NewGuid().ToString("n"), "nobody", [], "x");

        (await world.Operations.InstallAsync(nobody, new InstallRequest("Echo"))).ShouldBeRefused(RefusalKind.NotFound, "user.unknown");
        (await world.Operations.InstallAsync(nobody, new InstallRequest("Charts"))).ShouldBeRefused(RefusalKind.NotFound, "user.unknown");
        (await world.Operations.InstallAsync(nobody with { UserId = Guid.NewGuid().ToString("n") }, new InstallRequest("Charts"))).ShouldBeRefused(RefusalKind.NotFound, "user.unknown");
    }

    [Fact]
    public async Task A_dry_run_answers_the_plan_and_touches_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        var before = await StateDump.ReadAsync(world, ada);

        var planned = (await world.Operations.InstallAsync(ada, new InstallRequest("Echo", "1.0.0", ["network:http-client"], IsDryRun: true)))
            .ShouldBeOfType<OperationOutcome.Planned>().Plan;

        (planned.Slug, planned.Version, planned.FromVersion).ShouldBe(("Echo", "1.0.0", null));
        planned.DownloadBytes.ShouldBeGreaterThan(0);
        planned.Steps.ShouldBe(["fetch", "load", "install", "commit", "record"]);
        planned.Capabilities.ShouldHaveSingleItem().IsGranted.ShouldBeTrue();
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        world.Registry.Fetches.ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(0);
        Directory.Exists(world.PluginsDirectory).ShouldBeFalse();
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("^1.0.0")]
    public async Task Documents_that_an_uninstall_kept_are_taken_over(string range)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo"))).ShouldBeDone();

        var result = await world.InstallAsync(ada, "Echo", range);

        result.Migrated.ShouldBe(range != "1.0.0");
        (await world.ReadAsync(ada, "Echo", "mine")).ShouldBe(range == "1.0.0" ? "7" : """{"v":2,"value":7}""");
        (await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")).ShouldBe(1);
    }

    private static Task<(IAsyncDisposable Services, ILifecycleOperations Operations)> Database(TestWorld world)
    {
        var services = TestWorld.Services(world.Database, world.Registry, new TestWitness(), world.PluginsDirectory, "node-b");
        return Task.FromResult<(IAsyncDisposable, ILifecycleOperations)>((services, (ILifecycleOperations)services.GetService(typeof(ILifecycleOperations))!));
    }
}
