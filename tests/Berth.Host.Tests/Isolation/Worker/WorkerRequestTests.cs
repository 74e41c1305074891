using System.Net;
using System.Text;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class WorkerRequestTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartWithWorkersAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_plugin_in_a_worker_answers_like_one_in_process()
    {
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/context")).ShouldBe("Echo 1.0.0");
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/me")).ShouldBe(PluginBed.UserId);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/where?a=b")).ShouldBe("/p/Echo|/where|?a=b");
        _bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
    }

    [Fact]
    public async Task Documents_and_settings_are_the_calling_users()
    {
        using var document = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json");
        (await _bed.Http.PutAsync("/p/Echo/1.0.0/data/one", document)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/data/one")).ShouldBe("{\"a\":1}");
        (await _bed.User.Data.GetJsonAsync("one")).ShouldBe("{\"a\":1}");
        (await _bed.Http.GetAsync("/p/Echo/1.0.0/data/two")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/settings")).ShouldBe(_bed.User.SettingsJson);
    }

    [Fact]
    public async Task Bodies_stream_both_ways()
    {
        var large = new string('x', 3 << 20);
        using var body = new StringContent(large);
        using var answer = await _bed.Http.PostAsync("/p/Echo/1.0.0/echo", body);
        _bed.Outcomes.Last().ShouldBe(DispatchOutcome.Completed.Instance);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync() == large).ShouldBeTrue();
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/stream?parts=3")).ShouldBe("data: 0\n\ndata: 1\n\ndata: 2\n\n");
        (await _bed.Http.GetByteArrayAsync("/p/Echo/1.0.0/large?kb=4096")).Length.ShouldBe(4 << 20);
    }

    [Fact]
    public async Task What_goes_wrong_has_the_same_outcome_as_in_process()
    {
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/nothing")).ShouldBe(new DispatchOutcome.NoEndpoint(MethodNotAllowed: false));
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/json")).ShouldBe(new DispatchOutcome.NoEndpoint(MethodNotAllowed: true));
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/slow?ms=abc")).ShouldBeOfType<DispatchOutcome.BadRequest>().Status.ShouldBe(400);
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/throw")).ShouldBe(new DispatchOutcome.Crashed("Echo.EchoException: asked to throw"));
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetStringAsync("/p/Echo/1.0.0/throw-late"));
    }

    [Fact]
    public async Task The_protocols_headers_are_neither_a_clients_nor_a_plugins_to_set()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/p/Echo/1.0.0/me");
        request.Headers.Add("Berth-User", "eyJpZCI6InNvbWVib2R5In0");
        request.Headers.Add("Berth-Call", "1");
        (await (await _bed.Http.SendAsync(request)).Content.ReadAsStringAsync()).ShouldBe(PluginBed.UserId);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/headers")).ShouldNotContain("Berth-");
    }

    [Fact]
    public async Task A_client_that_goes_cancels_the_plugins_call()
    {
        await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => _bed.Http.GetStringAsync("/p/Echo/1.0.0/slow?ms=600000", leaving.Token));
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].Leases == 0);
    }
}
