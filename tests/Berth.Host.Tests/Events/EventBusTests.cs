using System.Runtime.CompilerServices;
using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Tests.Events;

public sealed class EventBusTests
{
    private readonly MovableTime _time = new();
    private readonly EventBus _bus;

    public EventBusTests() => _bus = new EventBus(_time, NullLogger<EventBus>.Instance);

    [Fact]
    public void R46_No_security_event_of_a_burst_is_lost_on_a_reader_that_stands_still()
    {
        const int Many = 10_000;
        using var reader = _bus.Subscribe("still", new BusFilter(), capacity: 10);
        for (var i = 0; i < Many; i++)
        {
            _bus.Raise(Ordinary(i));
            _bus.Raise(Denied(i));
        }

        var read = ReadAll(reader);
        read.OfType<GuardDenied>().Select(denied => denied.Reason).ShouldBe(Enumerable.Range(0, Many).Select(i => $"{i}"));
        read.Where(happened => happened is SlowCall or EventsDropped).Count().ShouldBe(10);
    }

    [Fact]
    public async Task R46_No_security_event_is_lost_when_many_raise_at_once()
    {
        using var still = _bus.Subscribe("still", new BusFilter(), capacity: 1);
        using var quick = _bus.Subscribe("quick", new BusFilter { Types = ["berth.guard.*"] });
        var reading = ReadAsync(quick, 10_000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(raiser => Task.Run(() =>
        {
            for (var i = 0; i < 1250; i++)
                _bus.Raise(Denied((raiser * 1250) + i));
        })));

        foreach (var read in new[] { ReadAll(still), await reading })
        {
            read.OfType<GuardDenied>().Select(denied => int.Parse(denied.Reason)).Order().ShouldBe(Enumerable.Range(0, 10_000));
            for (var raiser = 0; raiser < 8; raiser++)
                read.OfType<GuardDenied>().Select(denied => int.Parse(denied.Reason)).Where(i => i / 1250 == raiser).ShouldBeInOrder();
        }
    }

    [Fact]
    public void R45_A_reader_that_has_left_gets_nothing_and_holds_nothing()
    {
        var reader = _bus.Subscribe("gone", new BusFilter());
        var held = RaiseHeld();
        reader.Dispose();
        _bus.Raise(Denied(1));

        reader.Events.TryRead(out _).ShouldBeFalse();
        reader.Events.Count.ShouldBe(0);
        reader.Events.Completion.IsCompletedSuccessfully.ShouldBeTrue();
        _bus.Statistics.Readers.ShouldBeEmpty();
        GC.Collect();
        held.IsAlive.ShouldBeFalse();
        GC.KeepAlive(reader);
    }

    [Fact]
    public async Task R45_Nothing_arrives_after_a_reader_has_left_while_others_raise()
    {
        using var stop = new CancellationTokenSource();
        var raising = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                _bus.Raise(Denied(0));
        });
        for (var round = 0; round < 500; round++)
        {
            var reader = _bus.Subscribe("short", new BusFilter());
            await reader.Events.WaitToReadAsync();
            reader.Dispose();
            reader.Events.Count.ShouldBe(0);
            (await reader.Events.WaitToReadAsync()).ShouldBeFalse();
        }

        await stop.CancelAsync();
        await raising;
        _bus.Statistics.Readers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_that_waits_learns_that_it_was_ended()
    {
        var reader = _bus.Subscribe("waits", new BusFilter());
        var waiting = reader.Events.WaitToReadAsync().AsTask();
        reader.Dispose();
        (await waiting.WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_any_more_is_told_so_although_events_wait()
    {
        using var reader = _bus.Subscribe("cancelled", new BusFilter());
        _bus.Raise(Denied(1));
        await Should.ThrowAsync<OperationCanceledException>(async () => await reader.Events.WaitToReadAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_oldest_ordinary_events_make_room_and_the_loss_is_told_now_and_then()
    {
        using var slow = _bus.Subscribe("slow", new BusFilter { Types = ["berth.performance.*"] }, capacity: 3);
        using var watcher = _bus.Subscribe("watcher", new BusFilter { Types = ["berth.error.events_dropped"] });
        for (var i = 0; i < 10; i++)
            _bus.Raise(Ordinary(i));
        _bus.Statistics.Readers.Single(reader => reader.Name == "slow").ShouldBe(new EventReaderStatistics("slow", 3, 3, 0, 7));
        ReadAll(watcher).ShouldBe([new EventsDropped("slow", 1)]);

        _time.Advance(TimeSpan.FromSeconds(11));
        _bus.Raise(Ordinary(10));

        ReadAll(watcher).ShouldBe([new EventsDropped("slow", 7)]);
        ReadAll(slow).OfType<SlowCall>().Select(call => call.Milliseconds).ShouldBe([8, 9, 10]);
        _bus.Statistics.Readers.Single(reader => reader.Name == "slow").Delivered.ShouldBe(3);
    }

    [Fact]
    public async Task Raising_runs_nobodys_code_so_that_it_may_happen_under_a_lock()
    {
        using var reader = _bus.Subscribe("waits", new BusFilter());
        var resumed = new TaskCompletionSource<int>();
        _ = ResumeAsync();
        var raiser = new Thread(() => _bus.Raise(Denied(1)));
        raiser.Start();
        raiser.Join();
        (await resumed.Task).ShouldNotBe(raiser.ManagedThreadId);

        async Task ResumeAsync()
        {
            await reader.Events.WaitToReadAsync();
            resumed.SetResult(Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public void A_record_outside_of_the_catalogue_is_not_handed_out_and_does_not_throw()
    {
        using var reader = _bus.Subscribe("all", new BusFilter());
        _bus.Raise(new Foreign());
        ReadAll(reader).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_stored_reaches_those_that_want_it_alone()
    {
        using var own = _bus.Subscribe("own", new BusFilter());
        using var all = _bus.Subscribe("all", new BusFilter { IncludesStored = true });
        _bus.Relay(new HostEvent("berth.installation.installed", new InstallationInstalled("o", "Notes", "1.0.0"), _time.GetUtcNow(), Number: 7));
        ReadAll(own).ShouldBeEmpty();
        ReadAll(all).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(null, null, null, false, true)]
    [InlineData("berth.guard.denied", null, null, false, true)]
    [InlineData("berth.guard.*", null, null, false, true)]
    [InlineData("berth.guard", null, null, false, false)]
    [InlineData("berth.loading.*", null, null, false, false)]
    [InlineData(null, "nOTES", null, true, true)]
    [InlineData(null, "Note", null, false, false)]
    [InlineData(null, null, "ada", false, true)]
    [InlineData(null, null, "bob", false, false)]
    public void A_filter_is_by_type_plugin_user_and_protection(string? type, string? slug, string? user, bool protectedOnly, bool matches)
    {
        using var reader = _bus.Subscribe("filtered", new BusFilter { Types = type is null ? [] : [type], Slug = slug, UserId = user, IsProtectedOnly = protectedOnly });
        _bus.Raise(Denied(1), new PluginVersionId("Notes", "1.0.0"), "ada");
        ReadAll(reader).Count.ShouldBe(matches ? 1 : 0);
    }

    [Fact]
    public void A_reader_of_protected_events_gets_no_others()
    {
        using var reader = _bus.Subscribe("security", new BusFilter { IsProtectedOnly = true });
        _bus.Raise(Ordinary(1));
        _bus.Raise(Denied(1));
        ReadAll(reader).ShouldHaveSingleItem().ShouldBeOfType<GuardDenied>();
    }

    internal static List<BerthEvent> ReadAll(EventReader reader)
    {
        var read = new List<BerthEvent>();
        while (reader.Events.TryRead(out var happened))
            read.Add(happened.Data);
        return read;
    }

    private static async Task<List<BerthEvent>> ReadAsync(EventReader reader, int count)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var read = new List<BerthEvent>();
        while (read.Count < count)
            read.Add((await reader.Events.ReadAsync(over.Token)).Data);
        return read;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference RaiseHeld()
    {
        var happened = Denied(0);
        _bus.Raise(happened);
        return new WeakReference(happened);
    }

    private static GuardDenied Denied(int i) => new("Notes", "1.0.0", "owner", "Notes", "GET", "/notes", $"{i}");

    private static SlowCall Ordinary(int i) => new("Notes", "1.0.0", "GET /notes", i, 0);

    private sealed record Foreign : BerthEvent;
}
