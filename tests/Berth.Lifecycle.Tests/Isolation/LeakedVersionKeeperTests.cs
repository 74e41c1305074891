using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Isolation.Leaks;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Isolation;

public sealed class LeakedVersionKeeperTests
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task A_mark_counts_at_once_outlives_a_restart_and_ends_with_its_release(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var admin = await world.AddUserAsync("admin");
        var keeper = world.Get<LeakedVersionKeeper>();
        keeper.Has(Notes).ShouldBe(false);
        keeper.Add(Notes, ["a thread", "a timer"]);
        keeper.Has(Notes).ShouldBe(true, "it does not wait for the database");
        await keeper.SynchronizeAsync(default);

        await world.RestartAsync();
        keeper = world.Get<LeakedVersionKeeper>();
        await keeper.StartAsync(default);
        keeper.Has(Notes).ShouldBe(true);
        keeper.Has(Notes with { Version = "1.0.1" }).ShouldBe(false);
        (await keeper.ListAsync()).ShouldHaveSingleItem().Roots.ShouldBe("a thread; a timer");

        (await keeper.ReleaseAsync(admin, Notes)).ShouldBeTrue();
        (await keeper.ReleaseAsync(admin, Notes)).ShouldBeFalse();
        keeper.Has(Notes).ShouldBe(false);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'instance.release' AND outcome = 'succeeded'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.instance.released'")).ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_one_host_marks_or_releases_holds_on_the_other_host_of_the_database(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var admin = await world.AddUserAsync("admin");
        using var one = Host(world);
        using var other = Host(world);
        one.Add(Notes, ["a thread"]);
        await one.SynchronizeAsync(default);
        other.Has(Notes).ShouldBe(false, "it has not looked yet");
        await other.SynchronizeAsync(default);
        other.Has(Notes).ShouldBe(true);

        (await other.ReleaseAsync(admin, Notes)).ShouldBeTrue();
        await one.SynchronizeAsync(default);
        one.Has(Notes).ShouldBe(false);
    }

    [Fact]
    public async Task A_database_that_is_away_takes_the_mark_when_it_is_back()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var database = new TroubledDatabase(world.Database) { Trouble = DatabaseTrouble.Locked };
        using var keeper = new LeakedVersionKeeper(database, TimeProvider.System, NullLogger<LeakedVersionKeeper>.Instance);
        keeper.Add(Notes, ["a thread"]);
        await Should.ThrowAsync<Exception>(() => keeper.SynchronizeAsync(default));
        keeper.Has(Notes).ShouldBe(true);
        (await world.CountAsync("SELECT COUNT(*) FROM leaked_version")).ShouldBe(0);

        database.Trouble = null;
        await keeper.SynchronizeAsync(default);
        (await world.CountAsync("SELECT COUNT(*) FROM leaked_version")).ShouldBe(1);
        keeper.Has(Notes).ShouldBe(true);
    }

    private static LeakedVersionKeeper Host(TestWorld world) => new(world.Database, TimeProvider.System, NullLogger<LeakedVersionKeeper>.Instance);
}
