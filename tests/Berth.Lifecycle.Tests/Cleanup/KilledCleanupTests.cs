using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Cleanup;

/// <summary>A process killed at any step of a cleanup leaves a store that works, and the next run takes what it left.</summary>
public sealed class KilledCleanupTests
{
    [Theory]
    [InlineData("cleanup.marked", DatabaseKind.Sqlite)]
    [InlineData("cleanup.renamed", DatabaseKind.Sqlite)]
    [InlineData("cleanup.away", DatabaseKind.Sqlite)]
    [InlineData("cleanup.removed", DatabaseKind.Sqlite)]
    [InlineData("cleanup.marked", DatabaseKind.PostgreSql)]
    [InlineData("cleanup.renamed", DatabaseKind.PostgreSql)]
    public async Task A_kill_leaves_a_version_that_can_be_installed_again(string step, DatabaseKind kind)
    {
        await using var world = await KilledAsync(step, kind);
        var bob = await world.AddUserAsync("bob");

        await world.InstallAsync(bob, "Charts", "1.0.0");

        await CleanupTests.SoundAsync(world, bob, "Charts");
        (await CleanupTests.RunAsync(world)).Versions.ShouldBe(0);
        await CleanupTests.SoundAsync(world, bob, "Charts");
    }

    public static TheoryData<string> Steps { get; } = ["cleanup.marked", "cleanup.renamed", "cleanup.away", "cleanup.removed"];

    [Theory, MemberData(nameof(Steps))]
    public async Task What_a_killed_run_left_the_next_one_takes(string step)
    {
        await using var world = await KilledAsync(step, DatabaseKind.Sqlite);

        await CleanupTests.RunAsync(world);

        Directory.EnumerateFileSystemEntries(world.Store.Paths.Shared).ShouldBeEmpty();
        StateDump.Staging(world).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM store_version")).ShouldBe(0);
    }

    private static async Task<TestWorld> KilledAsync(string step, DatabaseKind kind)
    {
        var world = await CleanupTests.WorldAsync(kind);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts", "1.0.0");
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();
        var (wasKilled, output) = await Victim.CleanAsync(world, step);
        wasKilled.ShouldBeTrue(output);
        await world.RestartAsync();
        await world.Operations.RecoverAsync();
        return world;
    }
}
