using System.Globalization;
using System.Net;
using System.Text;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class WebAssemblyTests : IAsyncLifetime
{
    private const string Base = "/p/Programmed/1.0.0";

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5) }, new BareVmLevel());

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_request_arrives_as_the_variables_of_RFC_3875()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Base + "/variables?a=b%20c") { Content = new StringContent("12345", Encoding.UTF8, "text/plain") };
        request.Headers.Add("X-One", "1");
        request.Headers.Add("Proxy", "http://evil.example");
        request.Headers.Add("Authorization", "Bearer secret");
        (await (await _bed.Http.SendAsync(request)).Content.ReadAsStringAsync()).ShouldBe($"""
            GATEWAY_INTERFACE=CGI/1.1
            REQUEST_METHOD=POST
            SCRIPT_NAME=/p/Programmed
            PATH_INFO=/variables
            QUERY_STRING=a=b%20c
            CONTENT_TYPE=text/plain; charset=utf-8
            CONTENT_LENGTH=5
            REMOTE_USER={PluginBed.UserId}
            BERTH_USER_NAME=User {PluginBed.UserId}
            HTTP_X_ONE=1
            HTTP_PROXY=
            HTTP_AUTHORIZATION=
            PATH=
            HOME=

            """);
    }

    [Fact]
    public async Task The_body_is_its_standard_input_and_the_answer_its_standard_output()
    {
        var large = string.Concat(Enumerable.Repeat("Grüße ", 50_000));
        using var answer = await _bed.Http.PostAsync(Base + "/echo", new StringContent(large));
        (await answer.Content.ReadAsStringAsync()).ShouldBe(large);
        (await _bed.Http.GetStringAsync(Base + "/errors")).ShouldBe("ok");
    }

    [Fact]
    public async Task The_head_of_the_answer_says_status_and_headers()
    {
        using var answer = await _bed.Http.GetAsync(Base + "/status");
        (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.GetValues("X-Kind").Single()).ShouldBe(((HttpStatusCode)418, "short and stout", "pot"));
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = _bed.Http.BaseAddress };
        http.DefaultRequestHeaders.Add("Berth-Test-User", PluginBed.UserId);
        using var moved = await http.GetAsync(Base + "/move");
        (moved.StatusCode, moved.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Redirect, "/elsewhere"));
    }

    [Fact]
    public async Task Each_request_has_a_fresh_instance()
    {
        (await _bed.Http.GetStringAsync(Base + "/runs")).ShouldBe("1");
        (await _bed.Http.GetStringAsync(Base + "/runs")).ShouldBe("1");
    }

    [Fact]
    public async Task Many_requests_at_once_wait_for_a_thread_each()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _bed.Http.GetStringAsync(Base + "/runs")));
        answers.ShouldAllBe(answer => answer == "1");
    }

    [Fact]
    public async Task It_asks_the_host_for_its_users_data_and_settings()
    {
        (await AskAsync("""{"op":"data.set","value":{"key":"k","json":"{\"n\":1}"}}""")).ShouldBe("""{"ok":null}""");
        _bed.User.Documents["k"].ShouldBe("{\"n\":1}");
        (await AskAsync("""{"op":"data.get","value":{"key":"k"}}""")).ShouldBe("""{"ok":"{\"n\":1}"}""");
        (await AskAsync("""{"op":"settings"}""")).ShouldBe("""{"ok":"{\"theme\":\"dark\"}"}""");
        (await AskAsync("""{"op":"fetch","value":{"url":"http://127.0.0.1/"}}""")).ShouldContain("CapabilityDeniedError");
        (await AskAsync("""{"op":"files"}""")).ShouldContain("'files' is nothing that a plugin can ask for");
        (await AskAsync("no json")).ShouldContain("\"error\"");
    }

    [Theory]
    [InlineData("/trap", "unreachable")]
    [InlineData("/exit", "it ended with code 3")]
    [InlineData("/silent", "it ended without an answer")]
    [InlineData("/garbage", "which is no header")]
    public async Task What_goes_wrong_is_the_outcome_and_the_next_request_is_served(string path, string reason)
    {
        (await _bed.OutcomeAsync(Base + path)).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain(reason);
        (await _bed.Http.GetStringAsync(Base + "/runs")).ShouldBe("1");
    }

    [Fact]
    public async Task Memory_grows_to_its_limit_and_no_further()
    {
        var pages = int.Parse(await _bed.Http.GetStringAsync(Base + "/grow"), CultureInfo.InvariantCulture);
        // 256 MB for the worker less what Node needs.
        (pages * 64 / 1024).ShouldBeInRange(100, 160);
        await Eventually.BeTrueAsync(() => _bed.Events.Of<LimitReached>().Any(reached => reached is { Slug: "Programmed", Limit: "managed_memory" }));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetByteArrayAsync(Base + "/flood"));
        (await _bed.Http.GetStringAsync(Base + "/runs")).ShouldBe("1");
    }

    [Theory]
    [InlineData("no module", "is not WebAssembly that can run here")]
    // One import: env.system, a function without parameters.
    [InlineData("\0asm\u0001\0\0\0\u0001\u0004\u0001\u0060\0\0\u0002\u000e\u0001\u0003env\u0006system\0\0", "imports env.system, which nobody offers here")]
    [InlineData("\0asm\u0001\0\0\0", "does not export _start and memory")]
    public async Task What_cannot_run_says_why(string module, string reason)
    {
        VmVersion.Put(_bed, "vm/app.wasm", Encoding.Latin1.GetBytes(module));
        (await _bed.FailAsync("Scripted")).Reason.ShouldContain(reason);
    }

    private async Task<string> AskAsync(string question)
    {
        using var answer = await _bed.Http.PostAsync(Base + "/ask", new StringContent(question));
        return await answer.Content.ReadAsStringAsync();
    }
}
