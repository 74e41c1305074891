using System.Net;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

public sealed class TimeLimitTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(400);

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = Limit, DrainTime = TimeSpan.FromMilliseconds(200) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("Echo", "/slow?ms=30000")]
    [InlineData("Stubborn", "/hang?ms=20000")]
    [InlineData("Stubborn", "/busy?ms=1500")]
    public async Task The_caller_has_an_answer_when_the_time_is_up(string slug, string path)
    {
        (await _bed.OutcomeAsync($"/p/{slug}/1.0.0{path}")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await QuickAsync(_bed.Http, "/p/Echo/1.1.0/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var snapshot = _bed.Pool.Snapshot().Single(instance => instance.Id == new PluginVersionId(slug, "1.0.0"));
        snapshot.Failures.ShouldBe(1);
        snapshot.LastFailure!.ShouldContain("took longer than 0.4 s");
    }

    [Fact]
    public async Task A_stray_call_keeps_its_instance_and_touches_no_later_answer()
    {
        // One connection, so that what the stray writes would land in the next answers.
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = _bed.Http.BaseAddress };
        (await http.GetAsync("/p/Stubborn/1.0.0/hang?ms=1500")).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        _bed.Pool.Snapshot().Single().Leases.ShouldBe(1);
        while (_bed.Pool.Snapshot().Single().Leases > 0)
        {
            using var answer = await QuickAsync(http, "/p/Stubborn/1.0.0/ok");
            (await answer.Content.ReadAsStringAsync()).ShouldBe("ok");
            answer.Headers.Contains("X-Late").ShouldBeFalse();
        }

        await ShouldAnswerAsync(http, "ok", "ok");
    }

    [Fact]
    public async Task A_plugin_that_writes_after_its_answer_touches_no_later_answer()
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = _bed.Http.BaseAddress };
        for (var i = 0; i < 100; i++)
            await ShouldAnswerAsync(http, "after", "clean");
    }

    [Fact]
    public async Task An_answer_that_stalls_is_aborted() =>
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetStringAsync("/p/Stubborn/1.0.0/stall?ms=3000"));

    [Fact]
    public async Task An_answer_that_moves_may_take_longer_than_the_limit()
    {
        // A second: a loaded machine may pause longer than the other tests' limit.
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromSeconds(1) });
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/stream?parts=130")).ShouldEndWith("data: 129\n\n");
    }

    [Fact]
    public async Task An_answer_that_moves_is_broken_off_when_the_host_bounds_answers_as_a_whole()
    {
        // Seconds: a loaded machine may pause longer than the other tests' limit, which would be another reason.
        var (pause, most) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = pause, AnswerTimeLimit = most });
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/stream?parts=3")).ShouldEndWith("data: 2\n\n");
        bed.Events.Of<Berth.Events.CallTimeExceeded>().ShouldBeEmpty();

        await Should.ThrowAsync<HttpRequestException>(() => bed.Http.GetStringAsync("/p/Echo/1.0.0/stream?parts=100000"));

        bed.Events.Of<Berth.Events.CallTimeExceeded>().ShouldHaveSingleItem().LimitMilliseconds.ShouldBe(4000);
        bed.Pool.Snapshot().ShouldHaveSingleItem().LastFailure!.ShouldContain("took longer than 4 s");
    }

    [Fact]
    public async Task A_busy_call_of_a_plugin_that_was_quick_so_far_is_cut_off_and_the_next_one_is_answered()
    {
        (await IsCutOffAsync()).ShouldBeTrue("the plugin's calls never ran on their request's thread");

        var snapshot = _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Stubborn");
        snapshot.LastFailure!.ShouldContain("/busy took longer than 0.4 s");
        (await _bed.OutcomeAsync("/p/Stubborn/1.0.0/busy?ms=1500")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        await ShouldAnswerAsync(_bed.Http, "ok", "ok");
    }

    [Fact]
    public async Task A_waiting_call_of_a_plugin_that_was_quick_so_far_is_answered_in_time()
    {
        await CallQuicklyAsync();
        (await _bed.OutcomeAsync("/p/Stubborn/1.0.0/hang?ms=20000")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        await ShouldAnswerAsync(_bed.Http, "ok", "ok");
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
            await ShouldAnswerAsync(_bed.Http, "ok", "ok");
    }

    [Fact]
    public async Task The_manifest_may_be_stricter()
    {
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Monitoring = files.Manifest.Monitoring with { MaxResponseTime = 150 } } };
        (await _bed.OutcomeAsync("/p/Echo/1.1.0/slow?ms=30000")).ShouldBe(new DispatchOutcome.TimedOut(TimeSpan.FromMilliseconds(150)));
    }

    private static async Task ShouldAnswerAsync(HttpClient http, string path, string expected)
    {
        using var answer = await QuickAsync(http, "/p/Stubborn/1.0.0/" + path);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(expected);
    }

    // A loaded machine may hold a quick call past its time, too: it is answered, or broken off, as any other, and asked again.
    private static async Task<HttpResponseMessage> QuickAsync(HttpClient http, string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await http.GetAsync(path);
                if (answer.StatusCode != HttpStatusCode.GatewayTimeout || attempt == 4)
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException) when (attempt < 4)
            {
                // Broken off.
            }
        }
    }
}
