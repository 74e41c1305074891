using System.Diagnostics;
using System.Globalization;
using Berth.Cli.Output;
using Microsoft.AspNetCore.Http;

namespace Berth.Cli.Tests.Http;

public sealed class FailureMapTests : ScriptedServerTests
{
    [Theory]
    [InlineData(400, "request.invalid", 2)]
    [InlineData(401, "auth.required", 4)]
    [InlineData(403, "auth.administrator", 4)]
    [InlineData(403, "capability.denied", 5)]
    [InlineData(404, "plugin.unknown", 3)]
    [InlineData(409, "plugin.already_installed", 6)]
    [InlineData(413, "request.too_large", 7)]
    [InlineData(422, "dependency.missing", 7)]
    [InlineData(429, "rate.limited", 8)]
    [InlineData(500, "server.error", 1)]
    [InlineData(502, "http.bad_gateway", 8)]
    [InlineData(503, "registry.unavailable", 8)]
    [InlineData(504, "plugin.timeout", 8)]
    public async Task Each_refusal_of_aServer_has_its_exit_code_and_its_words(int status, string code, int exit)
    {
        Server.Fails("GET", "/api/v1/plugins/", status, code, "This is why.");
        var result = await Cli.RunAsync("list");
        result.Exit.ShouldBe((ExitCode)exit);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("This is why.");
        result.Error.ShouldContain(code);
    }

    [Fact]
    public async Task All_reasons_are_told_with_their_place()
    {
        Server.Fails("GET", "/api/v1/plugins/", 422, "package.refused", more: """
            ,"errors":[{"code":"archive.path.traversal","message":"leaves the package","entry":"../x"},{"code":"manifest.name","detail":"is no slug","pointer":"/name"}]
            """);
        var result = await Cli.RunAsync("list");
        result.Error.ShouldContain("archive.path.traversal [../x]: leaves the package");
        result.Error.ShouldContain("manifest.name [/name]: is no slug");
        var json = (await Cli.RunAsync("list", "--json")).ErrorJson.GetProperty("error");
        json.GetProperty("exitCode").GetInt32().ShouldBe(7);
        json.GetProperty("reasons").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_an_error_with_the_number_of_its_status()
    {
        Server.On("GET", "/api/v1/plugins/", 502, "<html>Bad gateway</html>", "text/html");
        var result = await Cli.RunAsync("list");
        result.Exit.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldContain("http.502");
        result.Error.ShouldNotContain("<html>");
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_says_so()
    {
        Server.On("GET", "/api/v1/plugins/", 200, "<html>Welcome</html>", "text/html");
        var result = await Cli.RunAsync("list");
        result.Exit.ShouldBe(ExitCode.Failed);
        result.Error.ShouldContain("client.answer.unreadable");
    }

    [Fact]
    public async Task AServer_that_is_not_there_ends_with_8()
    {
        Cli["BERTH_SERVER"] = "http://127.0.0.1:1";
        var result = await Cli.RunAsync("list");
        result.Exit.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldContain("berth serve");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AServer_that_does_not_answer_in_time_ends_with_8_also_in_the_middle_of_its_answer(bool begins)
    {
        Server.On("GET", "/api/v1/plugins/", async context =>
        {
            if (begins)
            {
                await context.Response.WriteAsync("{\"plugins\":[");
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var result = await Cli.RunAsync("list", "--timeout", "300ms");
        result.Exit.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldContain("client.timeout");
    }

    [Fact]
    public async Task R68_Retry_After_is_honoured_once()
    {
        var asked = 0;
        Server.On("GET", "/api/v1/plugins/", async context =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
                return;
            }

            await context.Response.WriteAsync("""{"plugins":[]}""");
        });
        var clock = Stopwatch.GetTimestamp();
        (await Cli.RunAsync("list")).Exit.ShouldBe(ExitCode.Done);
        asked.ShouldBe(2);
        // Not a verdict on speed: less than the server asked for would be impolite.
        Stopwatch.GetElapsedTime(clock).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(990));
    }

    [Fact]
    public async Task R68_A_second_429_and_a_wait_beyond_the_timeout_end_with_8_and_say_when_to_come_back()
    {
        var asked = 0;
        Server.On("GET", "/api/v1/plugins/", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        (await Cli.RunAsync("list")).Exit.ShouldBe(ExitCode.Unreachable);
        asked.ShouldBe(2);
        var result = await Cli.RunAsync("list", "--timeout", "2");
        result.Exit.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldContain("Try again in 3 s.");
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task Requests_ask_for_problem_details_and_carry_the_token()
    {
        Server.On("GET", "/api/v1/plugins/", 200, """{"plugins":[]}""");
        await Cli.RunAsync("list");
        Server.Last.Headers.Accept.ToString().ShouldContain("application/problem+json");
        Server.Last.Headers.Authorization.ToString().ShouldBe("Bearer berth_pat_test");
        Server.Last.Headers.UserAgent.ToString().ShouldStartWith("berth-cli/");
    }
}
