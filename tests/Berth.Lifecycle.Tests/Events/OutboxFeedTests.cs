using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Events;

public sealed class OutboxFeedTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_reader_gets_what_comes_after_it_began_in_order(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await WriteAsync(world, "before");
        using var reader = world.Get<IEvents>().Subscribe(new EventFilter());
        await reader.Started;

        for (var i = 0; i < 20; i++)
            await WriteAsync(world, $"s{i}");

        (await ReadAsync(reader, 20)).Select(published => published.Subject).ShouldBe(Enumerable.Range(0, 20).Select(i => $"s{i}"));
    }

    [Fact]
    public async Task A_transaction_that_commits_later_with_a_smaller_number_is_waited_for()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.PostgreSql);
        using var reader = world.Get<IEvents>().Subscribe(new EventFilter());
        await reader.Started;
        var (slowHasNumber, slowMayCommit) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = world.Database.WriteAsync(async session =>
        {
            await InsertAsync(session, "slow");
            slowHasNumber.TrySetResult();
            await slowMayCommit.Task;
            return true;
        });
        await slowHasNumber.Task;
        await WriteAsync(world, "fast");
        // The fast one is committed and seen, and held back all the same: whoever asks for a page sees it.
        (await world.Get<IEvents>().PageAsync(new EventFilter(), 0, long.MaxValue)).Events.Select(published => published.Subject).ShouldBe(["fast"]);
        var outbox = new SettledOutbox(world.Database);
        (await outbox.NextAsync(default)).ShouldBeEmpty();
        outbox.IsHeld.ShouldBeTrue();

        slowMayCommit.SetResult();
        await slow;

        (await ReadAsync(reader, 2)).Select(published => published.Subject).ShouldBe(["slow", "fast"]);
    }

    [Fact]
    public async Task A_transaction_with_a_smaller_number_is_waited_for_also_when_its_id_is_the_larger_one()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.PostgreSql);
        var (fastHasId, fastMayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (slowHasNumber, slowMayCommit) = (new TaskCompletionSource(), new TaskCompletionSource());
        // The fast one has the smaller id and the larger number: its end moves the snapshots' end just up to the slow one's id.
        var fast = world.Database.WriteAsync(async session =>
        {
            var id = await session.ScalarAsync<long>("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)");
            fastHasId.TrySetResult();
            await fastMayGoOn.Task;
            await InsertAsync(session, "fast");
            return id;
        });
        await fastHasId.Task;
        var slow = world.Database.WriteAsync(async session =>
        {
            await InsertAsync(session, "slow");
            slowHasNumber.TrySetResult();
            await slowMayCommit.Task;
            return await session.ScalarAsync<long>("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)");
        });
        await slowHasNumber.Task;
        fastMayGoOn.SetResult();
        var fastId = await fast;

        var outbox = new SettledOutbox(world.Database);
        for (var look = 0; look < 3; look++)
        {
            (await outbox.NextAsync(default)).ShouldBeEmpty("the smaller number may still appear");
            outbox.IsHeld.ShouldBeTrue();
        }

        var beginner = new SettledOutbox(world.Database);
        (await beginner.TryBeginAsync(default)).ShouldBeFalse("what is before the present end is not decided");
        (await beginner.TryBeginAsync(default)).ShouldBeFalse();

        slowMayCommit.SetResult();
        (await slow).ShouldBeGreaterThan(fastId);
        // Transactions of other databases on the same server are waited for as well.
        IReadOnlyList<PublishedEvent> read = [];
        await Eventually.BecomesAsync(async () => (read = await outbox.NextAsync(default)).Count > 0);
        read.Select(published => published.Subject).ShouldBe(["slow", "fast"]);
        await Eventually.BecomesAsync(() => beginner.TryBeginAsync(default));
        beginner.Position.ShouldBe(outbox.Position);
    }

    [Fact]
    public async Task A_number_that_was_rolled_back_holds_nobody_up()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.PostgreSql);
        using var reader = world.Get<IEvents>().Subscribe(new EventFilter());
        await reader.Started;
        await Should.ThrowAsync<InvalidOperationException>(() => world.Database.WriteAsync<bool>(async session =>
        {
            await InsertAsync(session, "never");
            throw new InvalidOperationException("rolled back");
        }));
        await WriteAsync(world, "after");

        (await ReadAsync(reader, 1))[0].Subject.ShouldBe("after");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Many_writers_at_once_lose_and_repeat_nothing(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        using var reader = world.Get<IEvents>().Subscribe(new EventFilter());
        await reader.Started;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
                await WriteAsync(world, $"{writer}.{i}");
        })));

        var read = await ReadAsync(reader, 200);
        read.Select(published => published.Sequence).ShouldBe(read.Select(published => published.Sequence).Order());
        read.Select(published => published.Subject).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_cut_off_and_finds_everything_in_pages()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var events = world.Get<IEvents>();
        using var slow = events.Subscribe(new EventFilter());
        using var quick = events.Subscribe(new EventFilter());
        await slow.Started;
        const int Many = EventSubscription.Capacity + 200;
        var reading = ReadAsync(quick, Many);
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => WriteAsync(world, $"s{i}")));

        (await reading).Count.ShouldBe(Many);
        await Eventually.BecomesAsync(() => Task.FromResult(slow.IsOverrun));
        var kept = await ReadAsync(slow, EventSubscription.Capacity);
        var rest = await events.PageAsync(new EventFilter(), kept[^1].Sequence, long.MaxValue);
        kept.Concat(rest.Events).Select(published => published.Sequence).Distinct().Count().ShouldBe(Many);
    }

    [Theory]
    [InlineData("u1", null, null, true)]
    [InlineData("u2", null, null, false)]
    [InlineData(null, "berth.installation.*", null, true)]
    [InlineData(null, "berth.installation.installed", null, true)]
    [InlineData(null, "berth.installation", null, false)]
    [InlineData(null, null, "echo", true)]
    [InlineData(null, null, "Ech", false)]
    public void A_filter_is_by_user_type_and_plugin(string? user, string? type, string? slug, bool matches) =>
        new EventFilter(user, type is null ? null : [type], slug)
            .Matches(new PublishedEvent(1, "berth.installation.installed", "u1_Echo", "u1", 0, """{"slug":"Echo"}""")).ShouldBe(matches);

    internal static async Task<IReadOnlyList<PublishedEvent>> ReadAsync(EventSubscription reader, int count)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var read = new List<PublishedEvent>();
        while (read.Count < count)
            read.Add(await reader.Live.ReadAsync(over.Token));
        return read;
    }

    internal static Task WriteAsync(TestWorld world, string subject, long at = 0, string data = "{}") =>
        world.Database.WriteAsync(session => InsertAsync(session, subject, at, data));

    private static async Task<bool> InsertAsync(DbSession session, string subject, long at = 0, string data = "{}")
    {
        await session.ExecuteAsync(
            "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@at, 'berth.installation.installed', @subject, 'u1', @data)", new { at, subject, data });
        return true;
    }
}
