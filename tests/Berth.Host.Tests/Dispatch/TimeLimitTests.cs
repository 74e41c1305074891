using System.Net;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

public sealed class TimeLimitTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(400);

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = Limit });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("Echo", "/slow?ms=30000")]
    [InlineData("Stubborn", "/hang?ms=1500")]
    [InlineData("Stubborn", "/busy?ms=1500")]
    public async Task The_caller_has_an_answer_when_the_time_is_up(string slug, string path)
    {
        (await _bed.OutcomeAsync($"/p/{slug}/1.0.0{path}")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await _bed.Http.GetAsync($"/p/Echo/1.0.0/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var snapshot = _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == slug);
        snapshot.Failures.ShouldBe(1);
        snapshot.LastFailure!.ShouldContain("took longer than 0.4 s");
    }

    [Fact]
    public async Task A_stray_call_keeps_its_instance_and_touches_no_later_answer()
    {
        // One connection, so that what the stray writes would land in the next answers.
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = _bed.Http.BaseAddress };
        (await http.GetAsync("/p/Stubborn/1.0.0/hang?ms=900")).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        _bed.Pool.Snapshot().Single().Leases.ShouldBe(1);
        while (_bed.Pool.Snapshot().Single().Leases > 0)
        {
            using var answer = await http.GetAsync("/p/Stubborn/1.0.0/ok");
            (await answer.Content.ReadAsStringAsync()).ShouldBe("ok");
            answer.Headers.Contains("X-Late").ShouldBeFalse();
        }

        (await http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_plugin_that_writes_after_its_answer_touches_no_later_answer()
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = _bed.Http.BaseAddress };
        for (var i = 0; i < 100; i++)
            (await http.GetStringAsync("/p/Stubborn/1.0.0/after")).ShouldBe("clean");
    }

    [Fact]
    public async Task An_answer_that_stalls_is_aborted() =>
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetStringAsync("/p/Stubborn/1.0.0/stall?ms=3000"));

    [Fact]
    public async Task An_answer_that_moves_may_take_longer_than_the_limit() =>
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/stream?parts=80")).ShouldEndWith("data: 79\n\n");

    [Fact]
    public async Task A_busy_call_of_a_plugin_that_was_quick_so_far_is_cut_off_and_the_next_one_is_answered()
    {
        (await IsCutOffAsync()).ShouldBeTrue("the plugin's calls never ran on their request's thread");

        var snapshot = _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Stubborn");
        snapshot.LastFailure!.ShouldContain("/busy took longer than 0.4 s");
        (await _bed.OutcomeAsync("/p/Stubborn/1.0.0/busy?ms=1500")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await _bed.Http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_waiting_call_of_a_plugin_that_was_quick_so_far_is_answered_in_time()
    {
        await CallQuicklyAsync();
        (await _bed.OutcomeAsync("/p/Stubborn/1.0.0/hang?ms=1500")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await _bed.Http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
    }

    // On a loaded machine a quick call may look slow, and the count begins again.
    private async Task<bool> IsCutOffAsync()
    {
        for (var round = 0; round < 10; round++)
        {
            await CallQuicklyAsync();
            try
            {
                (await _bed.Http.GetAsync("/p/Stubborn/1.0.0/busy?ms=1500")).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
            }
            catch (HttpRequestException)
            {
                return true;
            }
        }

        return false;
    }

    private async Task CallQuicklyAsync()
    {
        for (var i = 0; i < 200; i++)
            (await _bed.Http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
    }

    [Fact]
    public async Task The_manifest_may_be_stricter()
    {
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Monitoring = files.Manifest.Monitoring with { MaxResponseTime = 150 } } };
        (await _bed.OutcomeAsync("/p/Echo/1.1.0/slow?ms=30000")).ShouldBe(new DispatchOutcome.TimedOut(TimeSpan.FromMilliseconds(150)));
    }
}
