using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Events;

public sealed class DurableEventsTests
{
    /// <summary>Where the kill test strikes.</summary>
    public const string Handled = "event.handled";

    private const string Name = "plugin/Echo/mine";
    private static readonly BusFilter Installed = new() { Types = ["berth.installation.installed"] };

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_subscription_resumes_where_it_was_and_gets_what_happened_meanwhile(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await AddAsync(world, "before");
        await using (var first = Follower.Start(world))
        {
            await first.BegunAsync(world);
            await AddAsync(world, "a", "b");
            await first.HasHandledAsync("a", "b");
            await Eventually.BecomesAsync(async () => await CursorAsync(world) == await NewestAsync(world));
        }

        await AddAsync(world, "c");
        await world.RestartAsync();
        await using var second = Follower.Start(world);
        await second.HasHandledAsync("c");
        await AddAsync(world, "d");
        await second.HasHandledAsync("c", "d");
    }

    [Fact]
    public async Task What_a_handler_failed_at_is_given_to_it_again_and_nothing_overtakes()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var tries = 0;
        await using var follower = Follower.Start(world, id => id != "a" || ++tries > 1);
        await follower.BegunAsync(world);
        await AddAsync(world, "a", "b");
        await follower.HasHandledAsync("a", "a", "b");
    }

    [Fact]
    public async Task A_subscription_that_was_cut_off_for_being_slow_misses_nothing()
    {
        const int Many = EventSubscription.Capacity + 700;
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var mayGoOn = new TaskCompletionSource();
        await using var follower = Follower.Start(world, _ => true, mayGoOn.Task);
        await follower.BegunAsync(world);
        // Somebody else who reads tells when everything has been handed out.
        using var quick = world.Get<IEvents>().Subscribe(new EventFilter());
        await quick.Started;
        var ids = Enumerable.Range(0, Many).Select(i => $"{i}").ToArray();
        var reading = OutboxFeedTests.ReadAsync(quick, Many);
        await AddAsync(world, ids);
        await reading;
        mayGoOn.SetResult();
        await follower.HasHandledAsync(ids);
    }

    [Fact]
    public async Task A_filter_is_by_type_plugin_and_name_of_the_plugins_event()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await using var follower = Follower.Start(world, filter: new BusFilter { Types = ["berth.plugin.event"], Slug = "echo", EventName = "written" });
        await follower.BegunAsync(world);
        foreach (var (slug, name) in new[] { ("Other", "written"), ("Echo", "read"), ("Echo", "written") })
            await InsertAsync(world, "berth.plugin.event", EventCatalogue.Write(new PluginEventPublished(slug, "1.0.0", name, "1")));
        await follower.HasHandledAsync("Echo/written");
    }

    [Fact]
    public async Task A_process_that_is_killed_between_handling_and_saving_handles_the_event_again()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.Get<EventCursors>().SaveAsync(Name, 0, default);
        await AddAsync(world, "a", "b");

        var (wasKilled, handled) = await Victim.FollowEventsAsync(world, Name, Handled, count: 2);
        wasKilled.ShouldBeTrue(handled);
        handled.Trim().ShouldBe("a");
        (await CursorAsync(world)).ShouldBe(0);

        (wasKilled, handled) = await Victim.FollowEventsAsync(world, Name, "never", count: 2);
        wasKilled.ShouldBeFalse(handled);
        handled.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["a", "b"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_place_never_goes_backwards(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var cursors = world.Get<EventCursors>();
        (await cursors.FindAsync(Name, default)).ShouldBeNull();
        await cursors.SaveAsync(Name, 7, default);
        await cursors.SaveAsync(Name, 5, default);
        (await cursors.FindAsync(Name, default)).ShouldBe(7);
    }

    private static async Task AddAsync(TestWorld world, params string[] ids)
    {
        foreach (var id in ids)
            await InsertAsync(world, "berth.installation.installed", EventCatalogue.Write(new InstallationInstalled(id, "Echo", "1.0.0")));
    }

    private static Task<int> InsertAsync(TestWorld world, string type, string data) => world.Database.WriteAsync(session => session.ExecuteAsync(
        "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (0, @type, 's', 'u1', @data)", new { type, data }));

    private static Task<long?> CursorAsync(TestWorld world) => world.Get<EventCursors>().FindAsync(Name, default);

    private static async Task<long?> NewestAsync(TestWorld world) => await world.CountAsync("SELECT MAX(seq) FROM outbox");

    private sealed class Follower : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly ConcurrentQueue<string> _handled = new();
        private Task _running = Task.CompletedTask;

        public static Follower Start(TestWorld world, Func<string, bool>? succeeds = null, Task? gate = null, BusFilter? filter = null)
        {
            var follower = new Follower();
            follower._running = world.Get<IDurableEvents>().FollowAsync(Name, filter ?? Installed, async (happened, cancellation) =>
            {
                if (gate is not null)
                    await gate.WaitAsync(cancellation);
                var id = IdOf(happened);
                follower._handled.Enqueue(id);
                return succeeds?.Invoke(id) ?? true;
            }, follower._ending.Token);
            return follower;
        }

        public static string IdOf(HostEvent happened) => happened.Data switch
        {
            InstallationInstalled installed => installed.OperationId,
            PluginEventPublished published => $"{published.Slug}/{published.Event}",
            _ => happened.Type,
        };

        /// <summary>A new subscription has its place.</summary>
        public async Task BegunAsync(TestWorld world) => await Eventually.BecomesAsync(async () =>
        {
            _running.IsCompleted.ShouldBeFalse();
            return await CursorAsync(world) is not null;
        });

        public async Task HasHandledAsync(params string[] ids)
        {
            await Eventually.BecomesAsync(() => Task.FromResult(_handled.Count >= ids.Length));
            _handled.ShouldBe(ids);
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
        }
    }
}
