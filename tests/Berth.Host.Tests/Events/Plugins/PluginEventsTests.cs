using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Events.Plugins;
using Berth.Host.Health;
using Berth.Host.Services;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Berth.Host.Usage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Tests.Events.Plugins;

/// <summary>The door without a plugin behind it; with one: SubscribingPluginTests.</summary>
public sealed class PluginEventsTests : IAsyncLifetime
{
    private static readonly PluginVersionId Id = new("Notes", "1.0.0");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly EventBus _bus = new(TimeProvider.System, NullLogger<EventBus>.Instance);
    private readonly CancellationTokenSource _unloading = new();
    private readonly InstanceCounts _counts = new();
    private readonly BreakerRules _rules = BreakerRules.Of(new HostOptions().Breaker, "verified", null);
    private readonly PluginEvents _events;
    private InstanceBreaker _breaker = null!;
    private readonly IPluginEvents _door;

    public PluginEventsTests()
    {
        _door = _events = Events(TimeSpan.FromMinutes(2));
    }

    private PluginEvents Events(TimeSpan limit)
    {
        var parts = new PluginEventParts(_bus, _bus, new HostOptions { EventTimeLimit = limit }, TimeProvider.System, []);
        var rules = PluginEventRulesTests.Of("""
            {
              "name": "Notes", "version": "1.0.0", "description": "d", "module": { "assembly": "lib/net10.0/Notes.dll" },
              "events": { "custom": ["written"] }
            }
            """);
        return new PluginEvents(Id, rules, parts, _unloading.Token) { Monitor = Monitor() };
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _unloading.CancelAsync();
        await _events.DisposeAsync();
        _unloading.Dispose();
    }

    [Fact]
    public async Task What_is_published_is_the_users_in_whose_call_it_is()
    {
        using var reader = _bus.Subscribe("test", new BusFilter());
        await ForeignCode.RunAsync(async () =>
        {
            PluginScope.Current = new PluginScope(Id, "ada");
            await _door.PublishJsonAsync("written", """{"n":1}""");
        });
        reader.Events.TryRead(out var published).ShouldBeTrue();
        published!.Data.ShouldBe(new PluginEventPublished("Notes", "1.0.0", "written", """{"n":1}"""));
        (published.UserId, published.Plugin).ShouldBe(("ada", Id));
    }

    [Fact]
    public async Task What_is_not_declared_is_refused_and_told_once()
    {
        using var reader = _bus.Subscribe("test", new BusFilter());
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<EventRefusedException>(async () => await _door.PublishJsonAsync("deleted", "{}"))).Reason.ShouldContain("events.custom");
        EventBusTests.ReadAll(reader).ShouldHaveSingleItem().ShouldBeOfType<EventRefused>().Event.ShouldBe("deleted");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    public Task What_is_not_JSON_is_an_argument_that_is_wrong(string json) =>
        Should.ThrowAsync<ArgumentException>(async () => await _door.PublishJsonAsync("written", json));

    [Fact]
    public Task What_is_too_long_is_an_argument_that_is_wrong() =>
        Should.ThrowAsync<ArgumentException>(async () => await _door.PublishJsonAsync("written", $"\"{new string('a', PluginEvents.LongestData)}\""));

    [Fact]
    public async Task A_plugin_that_publishes_without_end_is_refused()
    {
        await Should.ThrowAsync<EventRefusedException>(async () =>
        {
            // Far more than the bucket holds and gets back while this runs.
            for (var i = 0; i < 1_000_000; i++)
                await _door.PublishJsonAsync("written", "1");
        });
    }

    [Fact]
    public async Task Handlers_run_in_order_and_one_at_a_time()
    {
        var (heard, running, most) = (new ConcurrentQueue<string>(), 0, 0);
        using var subscription = _door.Subscribe<InstallationInstalled>(async (installed, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            heard.Enqueue(installed.OperationId);
            Interlocked.Decrement(ref running);
        });
        for (var i = 0; i < 100; i++)
            Relay($"{i}", number: i + 1);
        await Eventually.BeTrueAsync(() => heard.Count == 100);
        heard.ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        most.ShouldBe(1);
        _counts.Calls.ShouldBe(100);
    }

    [Fact]
    public async Task A_handler_that_throws_is_counted_and_gets_the_next_event()
    {
        var heard = new ConcurrentQueue<string>();
        using var subscription = _door.Subscribe<InstallationInstalled>((installed, _) =>
        {
            heard.Enqueue(installed.OperationId);
            return installed.OperationId == "a" ? throw new InvalidOperationException("no") : Task.CompletedTask;
        });
        Relay("a", 1);
        Relay("b", 2);
        await Eventually.BeTrueAsync(() => _counts.Calls == 2);
        heard.ShouldBe(["a", "b"]);
        _counts.Failures.ShouldBe(1);
        _counts.LastFailure.ShouldNotBeNull().ShouldContain("berth.installation.installed");
    }

    [Fact]
    public async Task A_handler_that_takes_too_long_is_cancelled_and_the_next_event_waits_for_its_end()
    {
        var (heard, mayEnd) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        var cancelled = new TaskCompletionSource();
        await using var events = Events(TimeSpan.FromMilliseconds(200));
        using var subscription = ((IPluginEvents)events).Subscribe<InstallationInstalled>(async (installed, cancellation) =>
        {
            heard.Enqueue(installed.OperationId);
            if (installed.OperationId != "a")
                return;
            await using var registration = cancellation.Register(() => cancelled.TrySetResult());
            await mayEnd.Task;
        });
        Relay("a", 1);
        Relay("b", 2);
        await cancelled.Task.WaitAsync(Patience);
        await Eventually.BeTrueAsync(() => _counts.Failures == 1);
        heard.ShouldBe(["a"]);
        mayEnd.SetResult();
        await Eventually.BeTrueAsync(() => heard.Count == 2);
        _counts.LastFailure.ShouldNotBeNull().ShouldContain("took longer");
    }

    [Fact]
    public async Task R45_A_disposed_subscription_gets_nothing_more()
    {
        var heard = new ConcurrentQueue<string>();
        var subscription = _door.Subscribe<InstallationInstalled>((installed, _) =>
        {
            heard.Enqueue(installed.OperationId);
            return Task.CompletedTask;
        });
        Relay("a", 1);
        await Eventually.BeTrueAsync(() => heard.Count == 1);
        subscription.Dispose();
        Relay("b", 2);
        await Eventually.BeTrueAsync(() => _bus.Statistics.Readers.Count == 0);
        await _events.DisposeAsync();
        heard.ShouldBe(["a"]);
    }

    [Fact]
    public async Task The_end_of_the_instance_waits_for_a_handler_that_runs()
    {
        var (began, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        _ = _door.Subscribe<InstallationInstalled>(async (_, _) =>
        {
            began.TrySetResult();
            await mayEnd.Task;
        });
        Relay("a", 1);
        await began.Task.WaitAsync(Patience);
        var ending = _events.DisposeAsync().AsTask();
        ending.IsCompleted.ShouldBeFalse();
        mayEnd.SetResult();
        await ending.WaitAsync(Patience);
        Should.Throw<ObjectDisposedException>(() => _door.Subscribe<InstallationInstalled>((_, _) => Task.CompletedTask));
    }

    [Fact]
    public void A_host_without_an_outbox_refuses_a_durable_subscription() =>
        Should.Throw<EventRefusedException>(() => _door.Subscribe<InstallationInstalled>((_, _) => Task.CompletedTask, "mine")).Reason.ShouldContain("durable");

    [Fact]
    public void There_is_a_bound_to_subscriptions()
    {
        for (var i = 0; i < 100; i++)
            _door.Subscribe<InstallationInstalled>((_, _) => Task.CompletedTask);
        Should.Throw<EventRefusedException>(() => _door.Subscribe<InstallationInstalled>((_, _) => Task.CompletedTask));
    }

    [Fact]
    public async Task A_breaker_that_opened_keeps_events_away_from_the_handlers()
    {
        var heard = new ConcurrentQueue<string>();
        _door.Subscribe<InstallationInstalled>((installed, _) =>
        {
            heard.Enqueue(installed.OperationId);
            throw new InvalidOperationException("no");
        });
        for (var i = 0; i < 20; i++)
            Relay($"{i}", number: i + 1);
        await Eventually.BeTrueAsync(() => _breaker.State == BreakerState.Open);
        await _unloading.CancelAsync();
        await _events.DisposeAsync();
        heard.Count.ShouldBe(_rules.FailureThreshold);
    }

    private InstanceMonitor Monitor()
    {
        _breaker = new InstanceBreaker(Id, _rules, TimeProvider.System, _bus);
        return new InstanceMonitor(Id, _counts, _breaker, _rules, InstanceUsage.Of(Id), _bus);
    }

    private void Relay(string operation, long number) => _bus.Relay(
        new HostEvent("berth.installation.installed", new InstallationInstalled(operation, "Notes", "1.0.0"), DateTimeOffset.UnixEpoch, null, "somebody", number));
}
