using System.Net;
using System.Net.Sockets;
using System.Text;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Health;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Health;

/// <summary>The breaker around real calls: the defaults of a verified plugin, with shorter times for calls.</summary>
public sealed class BreakerCallsTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    // No call is late or slow unless its test says what that is: a loaded machine may hold any.
    public Task InitializeAsync() => StartAsync(new HostOptions { Breaker = new BreakerOptions { SlowCall = TimeSpan.FromMinutes(2) } });

    private async Task StartAsync(HostOptions options) => _bed = await PluginBed.StartAsync(options);

    private async Task RestartAsync(HostOptions options)
    {
        await _bed.DisposeAsync();
        await StartAsync(options);
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task Five_crashes_keep_everybody_away_and_three_good_calls_bring_them_back()
    {
        await CallAsync(5, "/p/Echo/1.0.0/throw", HttpStatusCode.BadGateway);
        var open = (await _bed.OutcomeAsync("/p/Echo/1.0.0/version")).ShouldBeOfType<DispatchOutcome.BreakerOpen>();
        open.RetryAfter.ShouldBe(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20));
        Snapshot("Echo").State.ShouldBe(InstanceState.Degraded);
        Snapshot("Echo").Breaker!.Reason!.ShouldContain("GET /throw: Echo.EchoException");
        Snapshot("Echo").Breaker!.Refused.ShouldBe(1);
        (await _bed.Http.GetAsync("/p/Echo/1.1.0/version")).StatusCode.ShouldBe(HttpStatusCode.OK, "another version has its own");

        _bed.Time.Advance(TimeSpan.FromSeconds(61));
        await CallAsync(3, "/p/Echo/1.0.0/version", HttpStatusCode.OK);
        Snapshot("Echo").State.ShouldBe(InstanceState.Loaded);
        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Closed);
        _bed.Events.All.Where(happened => happened is BreakerOpened or BreakerHalfOpened or BreakerClosed).Select(happened => happened.GetType().Name)
            .ShouldBe([nameof(BreakerOpened), nameof(BreakerHalfOpened), nameof(BreakerClosed)]);
        _bed.Events.Of<InstanceStateChanged>().Where(change => change.Slug == "Echo" && change.Version == "1.0.0").Select(change => change.To)
            .ShouldBe(["loading", "loaded", "degraded", "loaded"]);
    }

    [Theory]
    [InlineData("/p/Echo/1.0.0/status/404", 404)]
    [InlineData("/p/Echo/1.0.0/status/500", 500)]
    [InlineData("/p/Echo/1.0.0/nothing", 404)]
    [InlineData("/p/Echo/1.0.0/slow?ms=many", 400)]
    [InlineData("/p/Guarded/1.0.0/denied", 403)]
    [InlineData("/p/Guarded/1.0.0/thrown", 403)]
    [InlineData("/p/Echo/1.0.0/http?url=http://127.0.0.1/", 403)]
    public async Task What_the_plugin_answers_or_refuses_is_not_bad(string path, int status)
    {
        await CallAsync(12, path, (HttpStatusCode)status);
        _bed.Pool.Snapshot().Single().Breaker!.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_not_bad()
    {
        for (var i = 0; i < 8; i++)
        {
            using var gone = new CancellationTokenSource();
            var call = _bed.Http.GetAsync("/p/Echo/1.0.0/slow?ms=60000", gone.Token);
            await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot() is [{ Leases: > 0 }]);
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => call);
            await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().Single().Leases == 0);
        }

        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Calls_over_their_time_are_bad_and_said()
    {
        var limit = TimeSpan.FromSeconds(1);
        await RestartAsync(new HostOptions { RequestTimeLimit = limit });
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CallAsync(1, "/p/Echo/1.0.0/slow?ms=60000", HttpStatusCode.GatewayTimeout)));
        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Open);
        var late = _bed.Events.Of<CallTimeExceeded>();
        late.Count.ShouldBe(5);
        (late[0].Call, late[0].LimitMilliseconds).ShouldBe(("GET /slow", limit.TotalMilliseconds));
        _bed.Events.Of<ThreadHeld>().ShouldBeEmpty("they waited, and held no thread");
    }

    [Fact]
    public async Task A_client_that_is_slow_to_send_takes_the_plugin_from_nobody()
    {
        await RestartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromSeconds(1) });
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostHalfAsync()));
        var snapshot = Snapshot("Echo");
        snapshot.Failures.ShouldBe(6);
        snapshot.Breaker!.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Slow_calls_are_bad_and_said()
    {
        await RestartAsync(new HostOptions { Breaker = new BreakerOptions { SlowCall = TimeSpan.FromSeconds(1) } });
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CallAsync(1, "/p/Echo/1.0.0/slow?ms=1100", HttpStatusCode.OK)));
        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Open);
        Snapshot("Echo").Failures.ShouldBe(0);
        var slow = _bed.Events.Of<SlowCall>();
        slow.Count.ShouldBe(5);
        slow[0].Milliseconds.ShouldBeGreaterThanOrEqualTo(1000);
        slow[0].ThresholdMilliseconds.ShouldBe(1000);
    }

    [Fact]
    public async Task An_answer_that_lasts_is_not_slow()
    {
        // As a whole it takes longer than that, and its beginning does not.
        await RestartAsync(new HostOptions { Breaker = new BreakerOptions { SlowCall = TimeSpan.FromSeconds(1) } });
        (await _bed.LeaseAsync("Echo")).Dispose();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CallAsync(1, "/p/Echo/1.0.0/stream?parts=150", HttpStatusCode.OK)));
        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Closed);
        _bed.Events.Of<SlowCall>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Lifecycle_calls_are_refused_with_the_reason_while_it_is_open()
    {
        using var lease = await _bed.LeaseAsync("FailsOnInstall");
        var mine = _bed.User.Installation(lease.Id);
        for (var i = 0; i < 5; i++)
            (await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.InstallAsync(mine))).Code.ShouldBeNull();
        var refused = await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.InstallAsync(mine));
        (refused.Code, refused.RetryAfter!.Value > TimeSpan.Zero).ShouldBe(("plugin.breaker_open", true));
        refused.Message.ShouldContain("left alone");

        await lease.Lifecycle.UninstallAsync(mine);
        Snapshot("FailsOnInstall").Breaker!.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public async Task R51_An_uninstall_goes_on_however_often_it_has_failed()
    {
        using var lease = await _bed.LeaseAsync("FailsOnUninstall");
        for (var i = 0; i < 8; i++)
        {
            var failed = await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.UninstallAsync(_bed.User.Installation(lease.Id)));
            failed.Reason.ShouldContain("uninstall fault");
        }
    }

    [Fact]
    public async Task A_lifecycle_call_whose_caller_goes_away_is_not_bad_and_leaves_its_place_in_the_trial()
    {
        await CallAsync(5, "/p/Echo/1.0.0/throw", HttpStatusCode.BadGateway);
        _bed.Time.Advance(TimeSpan.FromSeconds(61));
        using var lease = await _bed.LeaseAsync("Echo");
        for (var i = 0; i < 4; i++)
        {
            using var gone = new CancellationTokenSource();
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => lease.Lifecycle.CheckAsync(_bed.User.Installation(lease.Id), gone.Token));
        }

        await CallAsync(3, "/p/Echo/1.0.0/version", HttpStatusCode.OK);
        Snapshot("Echo").Breaker!.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task An_administrator_lets_calls_through_at_once()
    {
        await CallAsync(5, "/p/Echo/1.0.0/throw", HttpStatusCode.BadGateway);
        _bed.Pool.Release(new PluginVersionId("Echo", "1.0.0")).ShouldBeTrue();
        Snapshot("Echo").State.ShouldBe(InstanceState.Loaded);
        await CallAsync(1, "/p/Echo/1.0.0/version", HttpStatusCode.OK);
        _bed.Pool.Release(new PluginVersionId("Echo", "1.0.0")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_reload_begins_with_a_breaker_of_its_own()
    {
        await CallAsync(5, "/p/Echo/1.0.0/throw", HttpStatusCode.BadGateway);
        (await _bed.Pool.ReloadAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<ReloadOutcome.Reloaded>();
        (Snapshot("Echo").State, Snapshot("Echo").Breaker!.State).ShouldBe((InstanceState.Loaded, BreakerState.Closed));
        await CallAsync(1, "/p/Echo/1.0.0/version", HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_open_breaker_keeps_nobody_from_unloading()
    {
        await CallAsync(5, "/p/Echo/1.0.0/throw", HttpStatusCode.BadGateway);
        (await _bed.Pool.UnloadAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        await CallAsync(1, "/p/Echo/1.0.0/version", HttpStatusCode.OK);
    }

    private InstanceSnapshot Snapshot(string slug) => _bed.Pool.Snapshot().First(instance => instance.Id.Slug == slug);

    private async Task CallAsync(int times, string path, HttpStatusCode expected)
    {
        for (var i = 0; i < times; i++)
        {
            using var answer = await _bed.Http.GetAsync(path);
            answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync());
        }
    }

    // Ten bytes are announced, five sent.
    private async Task PostHalfAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _bed.Http.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("PUT /p/Echo/1.0.0/data/half HTTP/1.1\r\nHost: localhost\r\nBerth-Test-User: " + PluginBed.UserId + "\r\nContent-Length: 10\r\n\r\nfive!"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync())!.ShouldContain("504");
    }
}
