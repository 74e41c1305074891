using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class UninstallTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R19_an_uninstall_leaves_no_module_and_the_plugin_can_be_installed_again(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");

        var result = (await world.Operations.UninstallAsync(ada, new UninstallRequest($"{ada.UserId}_Charts"))).ShouldBeDone();

        result.ModulesDeleted.ShouldBe([$"{ada.UserId}_Charts_Both", $"{ada.UserId}_Charts_Old"]);
        (await world.CountAsync("SELECT COUNT(*) FROM module")).ShouldBe(0);
        (await world.FindAsync(ada, "Charts")).ShouldBeNull();
        StateDump.Record(world, ada).ShouldBeEmpty();
        await world.InstallAsync(ada, "Charts", "1.0.0");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R51_a_plugin_whose_uninstall_throws_is_removed_and_the_fault_is_a_note(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        world.Registry.Publish(await TestPackage.FixtureAsync("FailsOnUninstall", "1.0.0"));
        var ada = await UpdateTests.InstalledAsync(world, "FailsOnUninstall", "1.0.0");

        var result = (await world.Operations.UninstallAsync(ada, new UninstallRequest("FailsOnUninstall"))).ShouldBeDone();

        result.Notes.ShouldHaveSingleItem().ShouldContain("uninstall fault");
        (await world.FindAsync(ada, "FailsOnUninstall")).ShouldBeNull();
    }

    [Fact]
    public async Task A_plugin_whose_files_are_gone_is_removed()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Echo", "1.0.0");
        Berth.Lifecycle.Store.FolderTree.Delete(world.Store.Paths.Plugin("Echo"));
        await world.RestartAsync();

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo"))).ShouldBeDone().Notes.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, false, 1)]
    [InlineData(DatabaseKind.Sqlite, true, 0)]
    [InlineData(DatabaseKind.PostgreSql, false, 1)]
    [InlineData(DatabaseKind.PostgreSql, true, 0)]
    public async Task Documents_stay_unless_purged(DatabaseKind kind, bool purge, int documents)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "mine", "7");

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts", purge))).ShouldBeDone();

        (await world.CountAsync("SELECT COUNT(*) FROM user_data")).ShouldBe(documents);
    }

    [Fact]
    public async Task After_a_rollback_the_documents_in_force_are_kept_not_the_newest_ones()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone();

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo"))).ShouldBeDone();
        await world.InstallAsync(ada, "Echo", "1.0.0");

        (await world.ReadAsync(ada, "Echo", "mine")).ShouldBe("7");
    }

    [Fact]
    public async Task R28_what_another_installation_needs_is_neither_removed_nor_disabled()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        world.Registry.Publish(await TestPackage.FrontendAsync("Needy", "1.0.0", more: new() { ["dependencies"] = new JsonObject { ["charts"] = "^1.0.0" } }));
        await world.InstallAsync(ada, "Needy");

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeRefused(RefusalKind.Conflict, "plugin.required");
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", false))).ShouldBeRefused(RefusalKind.Conflict, "plugin.required");
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Needy", false))).ShouldBeDone();
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Needy", true))).ShouldBeRefused(RefusalKind.Unprocessable, "dependency.missing");
    }

    [Fact]
    public async Task R10_R25_another_users_plugin_id_finds_nothing()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var bob = await world.AddUserAsync("bob");

        (await world.Operations.UninstallAsync(bob, new UninstallRequest($"{ada.UserId}_Charts"))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
        (await world.Installations.ModulesAsync(bob.UserId, $"{ada.UserId}_Charts")).ShouldBeEmpty();
        (await world.FindAsync(bob, $"{ada.UserId}_Charts")).ShouldBeNull();
        (await world.FindAsync(ada, $"{ada.UserId}_charts")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Enabling_and_disabling_is_idempotent_and_keeps_everything()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "mine", "7");

        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", false))).ShouldBeDone().Kind.ShouldBe("disable");
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", false))).ShouldBeDone().Notes.ShouldNotBeEmpty();
        (await world.FindAsync(ada, "Charts"))!.Enabled.ShouldBeFalse();
        (await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", true))).ShouldBeDone();

        (await world.ReadAsync(ada, "Charts", "mine")).ShouldBe("7");
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind IN ('enable', 'disable')")).ShouldBe(2);
    }
}
