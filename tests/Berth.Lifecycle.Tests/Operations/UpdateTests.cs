using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class UpdateTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Documents_are_migrated_into_a_new_generation_and_the_old_one_stays(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await InstalledAsync(world, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");

        var result = (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();

        (result.PreviousVersion, result.Version, result.Migrated).ShouldBe(("1.0.0", "1.1.0", true));
        (await world.ReadAsync(ada, "Echo", "mine")).ShouldBe("""{"v":2,"value":7}""");
        (await world.CountAsync("SELECT COUNT(*) FROM user_data WHERE generation = 1 AND key = 'mine' AND value = '7'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")).ShouldBe(2);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R21_modules_follow_the_manifest_and_keep_what_the_user_chose(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await InstalledAsync(world, "Charts", "1.0.0");
        var pluginId = $"{ada.UserId}_Charts";
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE module SET enabled = 0 WHERE id = @id", new { id = $"{pluginId}_Both" }));

        var result = (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();

        result.ModulesCreated.ShouldBe([$"{pluginId}_New"]);
        result.ModulesDeleted.ShouldBe([$"{pluginId}_Old"]);
        var modules = await world.Installations.ModulesAsync(ada.UserId, pluginId);
        modules.Select(module => (module.Name, module.DisplayName, module.Enabled)).ShouldBe(
            [("Both", "Both of 2.0.0", false), ("New", "New of 2.0.0", true)], ignoreOrder: true);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "FailsOnExport", "export")]
    [InlineData(DatabaseKind.Sqlite, "FailsOnImport", "import")]
    [InlineData(DatabaseKind.PostgreSql, "FailsOnImport", "import")]
    public async Task A_fault_of_the_plugin_leaves_the_old_version_with_its_data(DatabaseKind kind, string slug, string call)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        world.Registry.Publish(await TestPackage.FixtureAsync(slug, "1.0.0"), await TestPackage.FixtureAsync(slug, "1.1.0"));
        var ada = await InstalledAsync(world, slug, "1.0.0");
        await world.WriteAsync(ada, slug, "mine", "7");
        var before = await StateDump.ReadAsync(world, ada);

        var failed = (await world.Operations.UpdateAsync(ada, new UpdateRequest(slug))).ShouldHaveFailed($"plugin.{call}_failed");

        failed.Step.ShouldBe(call);
        (await StateDump.ReadAsync(world, ada)).ShouldBe(before);
        (await world.ReadAsync(ada, slug, "mine")).ShouldBe("7");
    }

    [Fact]
    public async Task R23_an_update_never_goes_back()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Registry.Publish(await TestPackage.FrontendAsync("Numbers", "1.0.9"), await TestPackage.FrontendAsync("Numbers", "1.0.28"), await TestPackage.FrontendAsync("Numbers", "1.1.0-alpha"));
        var ada = await InstalledAsync(world, "Numbers", "1.0.9");

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Numbers"))).ShouldBeDone().Version.ShouldBe("1.0.28");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Numbers"))).ShouldBeRefused(RefusalKind.Conflict, "update.not_newer");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Numbers", "1.0.28"))).ShouldBeRefused(RefusalKind.Conflict, "update.not_newer");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Numbers", "1.0.9"))).ShouldBeRefused(RefusalKind.Conflict, "update.downgrade")
            .Message.ShouldContain("rollback returns to 1.0.9");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Numbers", "1.1.0-alpha"))).ShouldBeDone();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_document_written_during_the_export_is_not_lost(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await InstalledAsync(world, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        var isWritten = false;
        world.Witness.At = async step =>
        {
            if (step == "update.import" && !isWritten)
            {
                isWritten = true;
                await world.WriteAsync(ada, "Echo", "late", "8");
            }
        };

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();

        isWritten.ShouldBeTrue();
        (await world.ReadAsync(ada, "Echo", "late")).ShouldBe("""{"v":2,"value":8}""");
        world.Witness.Steps.Count(step => step == "update.export").ShouldBe(2);
    }

    [Fact]
    public async Task Documents_that_never_rest_end_the_update_and_nothing_changes()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await InstalledAsync(world, "Echo", "1.0.0");
        var writes = 0;
        world.Witness.At = step => step == "update.import" ? world.WriteAsync(ada, "Echo", $"late{writes++}", "8") : Task.CompletedTask;

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldHaveFailed("plugin.data_busy").RetryAfter.ShouldNotBeNull();

        (await world.FindAsync(ada, "Echo"))!.Version.ShouldBe("1.0.0");
        writes.ShouldBe(3);
        (await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")).ShouldBe(1);
    }

    [Fact]
    public async Task A_request_that_outlives_the_update_cannot_write_into_the_rollback_slot()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await InstalledAsync(world, "Echo", "1.0.0");
        var old = world.Scopes.Open((await world.FindAsync(ada, "Echo"))!, ada);

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();

        await Should.ThrowAsync<InvalidOperationException>(() => old.Data.SetJsonAsync("late", "1"));
        await Should.ThrowAsync<InvalidOperationException>(() => old.Data.RemoveAsync("installed"));
        (await world.CountAsync("SELECT COUNT(*) FROM user_data WHERE generation = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Grants_survive_as_far_as_the_new_version_declares_them_and_a_new_grant_replaces_them()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        (await world.Operations.InstallAsync(ada, new InstallRequest("Echo", "1.0.0", ["network:http-client"]))).ShouldBeDone();

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();
        (await world.FindAsync(ada, "Echo"))!.Granted.ShouldBe(["network:http-client"]);

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone();
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo", Grant: []))).ShouldBeDone();
        (await world.FindAsync(ada, "Echo"))!.Granted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_that_a_dependent_cannot_live_with_is_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await InstalledAsync(world, "Charts", "1.0.0");
        world.Registry.Publish(await TestPackage.FrontendAsync("Needy", "1.0.0", more: new() { ["dependencies"] = new System.Text.Json.Nodes.JsonObject { ["Charts"] = "^1.0.0" } }));
        await world.InstallAsync(ada, "Needy");

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeRefused(RefusalKind.Unprocessable, "plugin.required");
    }

    [Fact]
    public async Task R13_what_is_not_installed_is_told_so_by_every_operation()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(await world.AddUserAsync("bob"), "Charts");

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", true))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Get<Berth.Lifecycle.Installations.IInstallationStatus>().CheckAsync(ada, "Charts")).Status.ShouldBe("not_installed");
    }

    internal static async Task<OperationCaller> InstalledAsync(TestWorld world, string slug, string version)
    {
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, slug, version);
        return ada;
    }
}
