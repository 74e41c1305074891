using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Events;
using Berth.Host.Events.Plugins;
using Berth.Host.Health;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Services.CrossPlugin;
using Berth.Host.Usage;

namespace Berth.Host.Tests.Health;

/// <summary>The breaker of one plugin around what others call in it, and around what the host calls.</summary>
public sealed class BreakerKindsTests
{
    [Fact]
    public async Task A_service_whose_provider_fails_again_and_again_is_refused_to_its_consumers()
    {
        await using var bed = await ServiceBed.StartAsync();
        for (var i = 0; i < 5; i++)
            (await bed.AskAsync("/fail?how=broken")).ShouldContain("InvalidOperationException: broken");
        (await bed.AskAsync("/greet?name=Ada")).ShouldContain("left alone for another");
        Breaker(bed.Pool, "Greeter").State.ShouldBe(BreakerState.Open);
        Breaker(bed.Pool, "GreeterClient").State.ShouldBe(BreakerState.Closed, "the consumer is well");

        bed.Pool.Release(new PluginVersionId("Greeter", "1.0.0")).ShouldBeTrue();
        (await bed.AskAsync("/greet?name=Ada")).ShouldContain("Hello Dr. Ada");
    }

    [Fact]
    public async Task A_guard_whose_plugin_fails_again_and_again_is_not_asked_and_so_denies()
    {
        await using var bed = await PluginBed.StartAsync();
        bed.User.Plugins["GuardProvider"] = new OtherInstallation(new PluginVersionId("GuardProvider", "1.0.0"), IsEnabled: true, new TestUser(PluginBed.UserId));
        for (var i = 0; i < 5; i++)
            (await bed.OutcomeAsync("/p/GuardConsumer/1.0.0/throws")).ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.failed");
        var denied = (await bed.OutcomeAsync("/p/GuardConsumer/1.0.0/member")).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Code.ShouldBe("guard.unavailable");
        denied.Reason.ShouldContain("left alone for another");
    }

    [Fact]
    public async Task A_handler_that_throws_again_and_again_is_not_called_any_more()
    {
        var (monitor, breaker) = Monitor();
        var called = 0;
        var handler = new PluginHandler(new PluginVersionId("Notes", "1.0.0"), "handler", (_, _) =>
        {
            called++;
            throw new InvalidOperationException("handler fault");
        }, TimeSpan.FromSeconds(5), TimeProvider.System, () => monitor);
        for (var i = 0; i < 5; i++)
            (await handler.HandleAsync(Happened(), CancellationToken.None)).ShouldBeFalse();

        // The next event waits until the breaker lets calls through, or the subscription ends.
        using var ending = new CancellationTokenSource();
        var waiting = handler.HandleAsync(Happened(), ending.Token);
        waiting.IsCompleted.ShouldBeFalse();
        breaker.Snapshot().Refused.ShouldBe(1);
        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        called.ShouldBe(5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hook_says_nothing_either_way(bool isFailed)
    {
        var result = isFailed ? CallResult.Failed : CallResult.Succeeded;
        var (monitor, breaker) = Monitor();
        for (var i = 0; i < 20; i++)
            monitor.Ended(new EndedCall(CallKind.Hook, "hook", result, "fault", TimeSpan.Zero));
        breaker.State.ShouldBe(BreakerState.Closed);
        for (var i = 0; i < 5; i++)
            monitor.Ended(new EndedCall(CallKind.Request, "GET /notes", CallResult.Failed, "fault", TimeSpan.Zero));
        breaker.State.ShouldBe(BreakerState.Open);
    }

    private static (InstanceMonitor Monitor, InstanceBreaker Breaker) Monitor()
    {
        var id = new PluginVersionId("Notes", "1.0.0");
        var rules = BreakerRules.Of(new BreakerOptions(), "verified", null);
        var events = new RecordedEvents();
        var breaker = new InstanceBreaker(id, rules, TimeProvider.System, events);
        return (new InstanceMonitor(id, new InstanceCounts(), breaker, rules, InstanceUsage.Of(id), events), breaker);
    }

    private static BreakerSnapshot Breaker(IInstancePool pool, string slug) => pool.Snapshot().Single(instance => instance.Id.Slug == slug).Breaker!;

    private static HostEvent Happened() => new("berth.breaker.closed", new BreakerClosed("Board", "1.0.0"), DateTimeOffset.UnixEpoch);
}
