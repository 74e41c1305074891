using System.Net;
using Berth.Events;
using Berth.Host.Health;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Health;

public sealed class BusyLoopTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        _bed = await PluginBed.StartAsync();
        // The loop's own: how long the other's answers take on a loaded machine is no verdict.
        _bed.Source.Change = files => files.Manifest.Name != "BusyLoop" ? files : files with
        {
            Manifest = files.Manifest with { Monitoring = files.Manifest.Monitoring with { MaxResponseTime = 1000, CircuitBreaker = new CircuitBreakerManifest(true, 1, 60_000, 1) } },
        };
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task R39_A_busy_loop_blocks_nobody_else_and_its_breaker_counts_it()
    {
        // Loaded before, so that the loop is all there is to wait for.
        (await _bed.Http.GetStringAsync("/p/BusyLoop/1.0.0/ok")).ShouldBe("ok");
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");

        var busy = _bed.Http.GetAsync("/p/BusyLoop/1.0.0/loop?ms=4000");
        await Eventually.BeTrueAsync(() => BusyLoop().Leases > 0);
        await EchoAnswersAsync();
        (await busy).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        await EchoAnswersAsync();

        BusyLoop().Leases.ShouldBe(1, "the loop goes on and holds its instance");
        BusyLoop().Breaker!.State.ShouldBe(BreakerState.Open);
        BusyLoop().State.ShouldBe(InstanceState.Degraded);
        (await _bed.Http.GetAsync("/p/BusyLoop/1.0.0/ok")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        _bed.Events.Of<CallTimeExceeded>().ShouldHaveSingleItem().Call.ShouldBe("GET /loop");
        _bed.Events.Of<ThreadHeld>().ShouldHaveSingleItem().Call.ShouldBe("GET /loop");

        // The loop ends and says "success": nobody hears it.
        await Eventually.BeTrueAsync(() => BusyLoop().Leases == 0);
        var after = BusyLoop();
        (after.Calls, after.Failures, after.Breaker!.State).ShouldBe((2, 1, BreakerState.Open));
        after.LastFailure!.ShouldContain("GET /loop took longer than 1 s");
        _bed.Events.Of<BreakerClosed>().ShouldBeEmpty();
    }

    private InstanceSnapshot BusyLoop() => _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "BusyLoop");

    private async Task EchoAnswersAsync()
    {
        for (var i = 0; i < 20; i++)
            (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }
}
