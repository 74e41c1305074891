using System.Net;
using System.Net.Http.Json;
using System.Text;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

public sealed class PluginCallTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromSeconds(5) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/version", "1.0.0")]
    [InlineData("/context", "Echo 1.0.0")]
    [InlineData("/me", PluginBed.UserId)]
    [InlineData("/name", "User " + PluginBed.UserId)]
    [InlineData("/settings", """{"theme":"dark"}""")]
    [InlineData("/where?a=1", "/p/Echo|/where|?a=1")]
    public async Task A_plugin_sees_itself_and_its_caller(string path, string expected) =>
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0" + path)).ShouldBe(expected);

    [Fact]
    public async Task A_plugin_does_not_see_the_callers_credentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/p/Echo/1.0.0/headers");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("Cookie", "session=secret");
        request.Headers.Add("X-Plain", "seen");
        var headers = await (await _bed.Http.SendAsync(request)).Content.ReadAsStringAsync();
        headers.ShouldContain("X-Plain");
        headers.ShouldNotContain("Authorization");
        headers.ShouldNotContain("Cookie");
    }

    [Fact]
    public async Task Documents_belong_to_the_calling_user()
    {
        (await _bed.Http.PutAsync("/p/Echo/1.0.0/data/k", new StringContent("""{"a":1}"""))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/data/k")).ShouldBe("""{"a":1}""");

        using var other = new HttpRequestMessage(HttpMethod.Get, "/p/Echo/1.0.0/data/k");
        other.Headers.Add("Berth-Test-User", "another");
        _bed.Http.DefaultRequestHeaders.Remove("Berth-Test-User");
        (await _bed.Http.SendAsync(other)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_body_goes_in_and_comes_out_whole()
    {
        var bytes = new byte[3_000_000];
        Random.Shared.NextBytes(bytes);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/x-test");
        var answer = await _bed.Http.PostAsync("/p/Echo/1.0.0/echo", content);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-test");
        (await answer.Content.ReadAsByteArrayAsync()).SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Json_is_bound_and_written()
    {
        var answer = await _bed.Http.PostAsJsonAsync("/p/Echo/1.0.0/json", new { text = "hi" });
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"text":"hi!"}""");
    }

    [Fact]
    public async Task A_large_answer_streams() =>
        (await _bed.Http.GetByteArrayAsync("/p/Echo/1.0.0/large?kb=5000")).Length.ShouldBe(5000 * 1024);

    [Fact]
    public async Task Events_arrive_while_the_endpoint_still_runs()
    {
        using var answer = await _bed.Http.GetAsync("/p/Echo/1.0.0/stream?parts=100", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("data: 0");
        _bed.Outcomes.ShouldBeEmpty();
        (await reader.ReadToEndAsync()).ShouldEndWith("data: 99\n\n");
    }

    [Fact]
    public async Task An_unknown_path_is_no_endpoint() =>
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/nowhere")).ShouldBe(new DispatchOutcome.NoEndpoint(false));

    [Fact]
    public async Task A_wrong_method_is_no_endpoint_with_its_reason()
    {
        (await _bed.Http.DeleteAsync("/p/Echo/1.0.0/version")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        _bed.Outcomes.Last().ShouldBe(new DispatchOutcome.NoEndpoint(true));
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    public async Task A_bad_body_is_a_bad_request(string body, string type, int status)
    {
        await _bed.Http.PostAsync("/p/Echo/1.0.0/json", new StringContent(body, Encoding.UTF8, type));
        _bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.BadRequest>().Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_bad_parameter_is_a_bad_request() =>
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/slow?ms=soon")).ShouldBeOfType<DispatchOutcome.BadRequest>().Status.ShouldBe(400);

    [Fact]
    public async Task A_status_without_a_body_arrives() =>
        (await _bed.Http.GetAsync("/p/Echo/1.0.0/status/418")).StatusCode.ShouldBe((HttpStatusCode)418);

    [Fact]
    public async Task A_crash_leaves_nothing_of_the_half_answer()
    {
        using var answer = await _bed.Http.GetAsync("/p/Echo/1.0.0/throw");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.Contains("X-Half").ShouldBeFalse();
        (await answer.Content.ReadAsStringAsync()).ShouldBe("Echo.EchoException: asked to throw");
        var snapshot = _bed.Pool.Snapshot().Single();
        snapshot.Failures.ShouldBe(1);
        snapshot.LastFailure!.ShouldContain("GET /throw");
    }

    [Fact]
    public async Task A_crash_after_the_start_aborts_the_connection()
    {
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetStringAsync("/p/Echo/1.0.0/throw-late"));
        await Eventually.BeTrueAsync(() => _bed.Outcomes.LastOrDefault() is DispatchOutcome.Completed);
        _bed.Pool.Snapshot().Single().Failures.ShouldBe(1);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }
}
