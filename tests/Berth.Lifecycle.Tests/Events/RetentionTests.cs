using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Events;

public sealed class RetentionTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Old_events_go_and_whoever_resumes_before_them_is_told(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        for (var i = 0; i < 3; i++)
            await OutboxFeedTests.WriteAsync(world, "old");
        await OutboxFeedTests.WriteAsync(world, "young", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var events = world.Get<IEvents>();
        var all = (await events.PageAsync(new EventFilter(), 0, long.MaxValue)).Events;

        (await world.Get<Retention>().RunAsync(default)).ShouldBe(3);

        (await events.PageAsync(new EventFilter(), 0, long.MaxValue)).Events.ShouldHaveSingleItem().Subject.ShouldBe("young");
        (await events.FindGapAsync(all[1].Sequence)).ShouldBe(new EventGap(all[1].Sequence, all[2].Sequence));
        (await events.FindGapAsync(all[2].Sequence)).ShouldBeNull();
        (await events.FindGapAsync(all[3].Sequence)).ShouldBeNull();
        (await events.FindGapAsync(all[3].Sequence + 100)).ShouldBe(new EventGap(all[3].Sequence + 100, all[3].Sequence), "a number of another database");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_audit_takes_rows_and_gives_none_back(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome) VALUES (5, 'a', 'a', 'x', 's', 'succeeded')"));

        foreach (var attack in new[] { "UPDATE audit SET actor_id = 'b'", "DELETE FROM audit" })
            await Should.ThrowAsync<DatabaseConstraintException>(() => world.Database.WriteAsync(session => session.ExecuteAsync(attack)));

        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE actor_id = 'a'")).ShouldBe(1);
        var retention = new Retention(
            world.Database, world.Get<LifecycleOptions>() with { AuditRetention = TimeSpan.FromDays(365) }, TimeProvider.System);
        (await retention.RunAsync(default)).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM audit_door")).ShouldBe(0);
    }
}
