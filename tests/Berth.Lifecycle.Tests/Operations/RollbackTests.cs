using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class RollbackTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_rollback_returns_to_the_bytes_the_user_had_and_a_second_one_comes_back(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdatedAsync(world);
        await world.WriteAsync(ada, "Echo", "later", """{"v":2,"value":8}""");

        var result = (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone();

        (result.PreviousVersion, result.Version, result.Migrated).ShouldBe(("1.1.0", "1.0.0", false));
        (await world.ReadAsync(ada, "Echo", "mine")).ShouldBe("7");
        (await world.ReadAsync(ada, "Echo", "later")).ShouldBeNull();
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone().Version.ShouldBe("1.1.0");
        (await world.ReadAsync(ada, "Echo", "later")).ShouldBe("""{"v":2,"value":8}""");
        (await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")).ShouldBe(2);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Present_documents_are_carried_back_when_asked_for(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await UpdatedAsync(world);
        await world.WriteAsync(ada, "Echo", "later", """{"v":2,"value":8}""");

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo", MigrateData: true))).ShouldBeDone().Migrated.ShouldBeTrue();

        (await world.ReadAsync(ada, "Echo", "later")).ShouldBe("8");
        (await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")).ShouldBe(2);
        (await world.FindAsync(ada, "Echo"))!.PreviousVersion.ShouldBe("1.1.0");
    }

    [Fact]
    public async Task Modules_are_those_of_the_version_before()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeDone();

        var modules = await world.Installations.ModulesAsync(ada.UserId, $"{ada.UserId}_Charts");
        modules.Select(module => module.DisplayName).ShouldBe(["Both of 1.0.0", "Old of 1.0.0"], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_an_update_there_is_nothing_to_go_back_to()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeRefused(RefusalKind.Conflict, "rollback.unavailable");
    }

    [Fact]
    public async Task A_version_whose_files_are_gone_is_fetched_again()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdatedAsync(world);
        Berth.Lifecycle.Store.FolderTree.Delete(world.Store.Paths.Version(new("Echo", "1.0.0")));
        await world.RestartAsync();

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeDone();
        (await world.Store.FindVersionAsync("Echo", "1.0.0")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_version_that_was_quarantined_meanwhile_is_not_gone_back_to()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdatedAsync(world);
        world.Registry.Change("Echo", "1.0.0", offer => offer with { TrustLevel = "quarantined" });

        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo"))).ShouldBeRefused(RefusalKind.Unprocessable, "plugin.quarantined");
        (await world.FindAsync(ada, "Echo"))!.Version.ShouldBe("1.1.0");
    }

    private static async Task<OperationCaller> UpdatedAsync(TestWorld world)
    {
        var ada = await UpdateTests.InstalledAsync(world, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"))).ShouldBeDone();
        return ada;
    }
}
