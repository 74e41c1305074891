using Berth.Data.Sessions;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Tests.Events;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Cleanup;

/// <summary>Rows that are older than they are kept.</summary>
public sealed class AgedRowsTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddDays(91);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Old_events_go_and_whoever_resumes_before_them_is_told(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        for (var i = 0; i < 3; i++)
            await OutboxFeedTests.WriteAsync(world, "old");
        await OutboxFeedTests.WriteAsync(world, "young", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var events = world.Get<IEvents>();
        var all = (await events.PageAsync(new EventFilter(), 0, long.MaxValue)).Events;

        (await world.Get<ICleanup>().RunAsync(isDryRun: true)).Items.ShouldHaveSingleItem().Subject.ShouldBe("3 rows");
        (await world.CountAsync("SELECT COUNT(*) FROM outbox")).ShouldBe(4, "a dry run writes nothing");
        var item = (await world.Get<ICleanup>().RunAsync(isDryRun: false)).Items.ShouldHaveSingleItem();
        (item.Kind, item.Subject, item.Reason).ShouldBe(("event", "3 rows", "They are older than 30 days."));

        (await events.PageAsync(new EventFilter(), 0, long.MaxValue)).Events.ShouldHaveSingleItem().Subject.ShouldBe("young");
        (await events.FindGapAsync(all[1].Sequence)).ShouldBe(new EventGap(all[1].Sequence, all[2].Sequence));
        (await events.FindGapAsync(all[2].Sequence)).ShouldBeNull();
        (await events.FindGapAsync(all[3].Sequence)).ShouldBeNull();
        (await events.FindGapAsync(all[3].Sequence + 100)).ShouldBe(new EventGap(all[3].Sequence + 100, all[3].Sequence), "a number of another database");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_audit_takes_rows_and_gives_none_back_but_to_its_retention(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome) VALUES (5, 'a', 'a', 'x', 's', 'succeeded')"));

        foreach (var attack in new[] { "UPDATE audit SET actor_id = 'b'", "DELETE FROM audit" })
            await Should.ThrowAsync<DatabaseConstraintException>(() => world.Database.WriteAsync(session => session.ExecuteAsync(attack)));

        (await world.Get<ICleanup>().RunAsync(isDryRun: false)).Items.ShouldBeEmpty("nobody asked for a retention");
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE actor_id = 'a'")).ShouldBe(1);
        var stage = new AgedAudit(world.Database, world.Get<LifecycleOptions>() with { AuditRetention = TimeSpan.FromDays(365) });
        (await RunAsync(stage, isDryRun: true)).ShouldBe("1 rows");
        (await RunAsync(stage)).ShouldBe("1 rows");
        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM audit_door")).ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Ended_operations_go_by_age_but_not_what_recovery_records_are_made_of(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        world.Registry.Publish(await TestPackage.FrontendAsync("Front", "1.0.0"), await TestPackage.FrontendAsync("Front", "2.0.0"), await TestPackage.FrontendAsync("Gone", "1.0.0"));
        var ada = await world.AddUserAsync("ada");
        await world.InstallAsync(ada, "Front", "1.0.0");
        (await world.Operations.UninstallAsync(ada, new("Front"))).ShouldBeDone();
        await world.InstallAsync(ada, "Front", "1.0.0");
        (await world.Operations.UpdateAsync(ada, new("Front"))).ShouldBeDone();
        await world.InstallAsync(ada, "Gone", "1.0.0");
        (await world.Operations.UninstallAsync(ada, new("Gone"))).ShouldBeDone();
        var entries = await world.Get<RecordRepair>().EntriesAsync(ada.UserId, default);
        var stage = new AgedOperations(world.Database, world.Get<LifecycleOptions>());

        (await RunAsync(stage, DateTimeOffset.UtcNow)).ShouldBeNull("nothing is old enough yet");
        (await RunAsync(stage, Later, isDryRun: true)).ShouldBe("5 rows");
        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(6);
        (await RunAsync(stage, Later)).ShouldBe("5 rows");

        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'install' AND plugin_slug = 'Front'")).ShouldBe(1);
        (await world.Get<RecordRepair>().EntriesAsync(ada.UserId, default)).ShouldBe(entries);
        (await world.Operations.RollbackAsync(ada, new("Front"))).ShouldBeDone().Version.ShouldBe("1.0.0");
        (await world.Operations.UninstallAsync(ada, new("Front"))).ShouldBeDone();
        (await RunAsync(stage, Later.AddHours(1))).ShouldBe("2 rows", "what is new since; the install was passed over");
        (await RunAsync(stage, Later.AddDays(1))).ShouldBe("1 rows", "once a day everything is looked at again");
        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_an_unfinished_operation_needs_stays_however_old_it_is(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var bulk = OperationJournal.NewId();
        await InsertAsync(world, bulk, "bulk", "running");
        await InsertAsync(world, OperationJournal.NewId(), "install", "failed", key: $"bulk:{bulk}:u1");
        var group = OperationJournal.NewId();
        await InsertAsync(world, group, "install", "running");
        await InsertAsync(world, OperationJournal.NewId(), "install", "failed", parent: group);
        await InsertAsync(world, OperationJournal.NewId(), "install", "failed", key: $"bulk:{OperationJournal.NewId()}:u1");

        var stage = new AgedOperations(world.Database, world.Get<LifecycleOptions>());
        (await RunAsync(stage, Later)).ShouldBe("1 rows", "only the one whose bulk is not there");

        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE operation SET state = 'succeeded'"));
        (await RunAsync(stage, Later.AddDays(2))).ShouldBe("4 rows");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_long_past_goes_in_batches_between_which_others_write(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        const int Rows = (AgedRows.Batch * 3) + 7;
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
            INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, node, lease_until, created_at, updated_at)
            SELECT 'a' || (100000 + i), 'enable', 'u1', 'Front', 'succeeded', 'end', 'n', 0, i, i FROM n
            """));
        var counted = new WriteCounter(world.Database);

        (await RunAsync(new AgedOperations(counted, world.Get<LifecycleOptions>()), Later)).ShouldBe($"{Rows} rows");

        counted.Most.ShouldBe(AgedRows.Batch);
        counted.Writes.ShouldBe(4);
        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(0);
    }

    private static async Task<string?> RunAsync(ICleanupStage stage, DateTimeOffset? now = null, bool isDryRun = false)
    {
        var run = new CleanupRun(isDryRun, now ?? DateTimeOffset.UtcNow);
        await stage.RunAsync(run, default);
        return run.Result().Items.SingleOrDefault()?.Subject;
    }

    private static Task InsertAsync(TestWorld world, string id, string kind, string state, string? key = null, string? parent = null) =>
        world.Database.WriteAsync(session => session.ExecuteAsync(
            """
            INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, node, lease_until, created_at, updated_at, idempotency_key, parent_id)
            VALUES (@id, @kind, 'u1', 'Front', @state, 'x', 'n', 0, 5, 5, @key, @parent)
            """,
            new { id, kind, state, key, parent }));
}
