using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

public sealed class JournalTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_operation_that_runs_on_another_node_keeps_ours_out_until_its_lease_has_run_out(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        await world.InstallAsync(await world.AddUserAsync("bob"), "Charts", "1.0.0");
        await BeginAsync(world, ada, "Echo", DateTimeOffset.UtcNow.AddMinutes(1));
        await BeginAsync(world, ada, "Charts", DateTimeOffset.UtcNow.AddMinutes(1));

        (await world.Operations.InstallAsync(ada, new InstallRequest("Echo"))).ShouldBeRefused(RefusalKind.Conflict, "operation.in_progress");
        (await world.Operations.InstallAsync(ada, new InstallRequest("Charts", "1.0.0"))).ShouldBeRefused(RefusalKind.Conflict, "operation.in_progress");
        (await world.Operations.RecoverAsync()).ShouldBe(0);

        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE operation SET lease_until = 1 WHERE state = 'running' AND plugin_slug = 'Echo'"));
        await world.InstallAsync(ada, "Echo");
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'undone' AND plugin_slug = 'Echo'")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_operation_whose_lease_was_taken_away_does_not_commit(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        world.Witness.At = step => step == "install.install"
            ? world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE operation SET state = 'undone' WHERE state = 'running'"))
            : Task.CompletedTask;

        (await world.Operations.InstallAsync(ada, new InstallRequest("Echo"))).ShouldHaveFailed("operation.lease_lost");

        (await world.FindAsync(ada, "Echo")).ShouldBeNull();
    }

    [Fact]
    public async Task A_recovery_leaves_operations_alone_that_run_in_this_process()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var ada = await world.AddUserAsync();
        var recovered = -1;
        world.Witness.At = async step =>
        {
            if (step == "install.load")
                recovered = await world.Operations.RecoverAsync();
        };

        (await world.Operations.InstallAsync(ada, new InstallRequest("Echo"))).ShouldBeDone();
        recovered.ShouldBe(0);
    }

    [Fact]
    public async Task A_long_operation_renews_its_lease()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await world.AddUserAsync();
        var journal = new OperationJournal(
            world.Database, new LifecycleOptions { PluginsDirectory = world.PluginsDirectory, HostVersion = "0.1.0", OperationLease = TimeSpan.FromMilliseconds(300) },
            TimeProvider.System, new TestWitness(), new Berth.Lifecycle.Operations.Log.OperationChanges(), Microsoft.Extensions.Logging.Abstractions.NullLogger<OperationJournal>.Instance);
        await using var running = (await journal.StartAsync("install", ada, "Echo", null, new OperationData(), CancellationToken.None)).ShouldNotBeNull();
        var first = await LeaseAsync();

        await Eventually.BecomesAsync(async () => await LeaseAsync() > first);

        Task<long> LeaseAsync() => world.CountAsync("SELECT lease_until FROM operation WHERE id = @Id", new { running.Id });
    }

    [Fact]
    public async Task Operations_of_one_user_on_different_plugins_and_of_different_users_do_not_refuse_each_other()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await Scenario.PublishAsync(world.Registry);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));

        var outcomes = await Task.WhenAll(
            world.Operations.InstallAsync(ada, new InstallRequest("Echo")), world.Operations.InstallAsync(ada, new InstallRequest("Charts")),
            world.Operations.InstallAsync(bob, new InstallRequest("Echo")), world.Operations.InstallAsync(bob, new InstallRequest("Charts")));

        foreach (var outcome in outcomes)
            outcome.ShouldBeDone();
    }

    private static Task BeginAsync(TestWorld world, OperationCaller ada, string slug, DateTimeOffset until) => world.Database.WriteAsync(async session =>
    {
        await OperationRows.InsertAsync(session, new NewOperationRow(
            OperationJournal.NewId(), "install", ada.UserId, slug, "running", "begin", "[]", "{}", null, "node-z", until.ToUnixTimeMilliseconds(), 1));
        return true;
    });
}
