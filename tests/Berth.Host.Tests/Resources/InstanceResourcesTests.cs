using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Berth.Host.Resources;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Resources;

public sealed class InstanceResourcesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private readonly InstanceResources _resources = new(TimeProvider.System);

    [Fact]
    public async Task What_a_plugin_starts_by_its_container_or_hands_over_ends_with_it()
    {
        await using var bed = await PluginBed.StartAsync();
        using var meters = new MeterListener();
        var ended = new TaskCompletionSource();
        meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        meters.MeasurementsCompleted = (instrument, _) =>
        {
            if (instrument.Meter.Name == "Resourceful")
                ended.TrySetResult();
        };
        meters.Start();
        var port = int.Parse(await bed.Http.GetStringAsync("/p/Resourceful/1.0.0/port"));
        using (var client = new TcpClient())
            await client.ConnectAsync("127.0.0.1", port);
        await Eventually.BeTrueAsync(() => int.Parse(bed.Http.GetStringAsync("/p/Resourceful/1.0.0/ticks").Result) > 4);
        bed.Pool.Snapshot().Single().Resources.ShouldBe(new ResourceCounts(Timers: 3, Owned: 1, HostedServices: 1));

        (await bed.Pool.UnloadAsync(new PluginVersionId("Resourceful", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(2));
        bed.Pool.Snapshot().Single().Resources.ShouldBeNull();
        using var late = new TcpClient();
        await Should.ThrowAsync<SocketException>(() => late.ConnectAsync("127.0.0.1", port));
    }

    [Fact]
    public async Task A_timer_that_has_fired_for_the_last_time_is_let_go()
    {
        var fired = new TaskCompletionSource();
        using var timer = _resources.Time.CreateTimer(_ => fired.SetResult(), null, Soon, Never);
        await fired.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await Eventually.BeTrueAsync(() => _resources.Timers == 0);
        timer.Change(TimeSpan.FromHours(1), Never).ShouldBeTrue();
        _resources.Timers.ShouldBe(1);
        timer.Change(Never, Never).ShouldBeTrue();
        _resources.Timers.ShouldBe(0);
    }

    [Fact]
    public async Task A_timer_that_is_disposed_is_let_go()
    {
        var first = _resources.Time.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Never);
        var second = _resources.Time.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        _resources.Timers.ShouldBe(2);
        first.Dispose();
        await second.DisposeAsync();
        _resources.Timers.ShouldBe(0);
    }

    [Fact]
    public void Nothing_starts_after_the_end()
    {
        _resources.Release();
        using var timer = _resources.Time.CreateTimer(_ => { }, null, Soon, Soon);
        _resources.Timers.ShouldBe(0);
        timer.Change(Soon, Soon).ShouldBeFalse();
        var late = new Note("late", []);
        _resources.Own(late);
        late.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void The_newest_ends_first_and_one_that_throws_stops_no_other()
    {
        var order = new List<string>();
        _resources.Own(new Note("first", order));
        _resources.Own(new Note("second", order) { Throws = true });
        _resources.Own(new Note("third", order));
        Should.Throw<InvalidOperationException>(_resources.Release).Message.ShouldBe("second");
        order.ShouldBe(["third", "second", "first"]);
    }

    private sealed class Note(string name, List<string> order) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public bool Throws { get; init; }

        public void Dispose()
        {
            IsDisposed = true;
            order.Add(name);
            if (Throws)
                throw new InvalidOperationException(name);
        }
    }
}
