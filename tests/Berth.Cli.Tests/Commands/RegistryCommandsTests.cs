using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>search and info.</summary>
public sealed class RegistryCommandsTests : ScriptedServerTests
{
    [Fact]
    public async Task Search_follows_pages_up_to_the_limit()
    {
        Server.On("GET", "/api/v1/plugins", async context =>
        {
            var isSecond = context.Request.Query["cursor"] == "c1";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, isSecond
                ? """{"plugins":[{"slug":"B","latest_version":"2.0.0","description":"b"}],"total_count":3,"next_cursor":"c2"}"""
                : """{"plugins":[{"slug":"A","latest_version":"1.0.0","trust_level":"internal","downloads":7,"description":"a"}],"total_count":3,"next_cursor":"c1"}""");
        });
        var result = await Cli.RunAsync("search", "two", "words", "--limit", "2");
        result.Lines.ShouldBe(["A\t1.0.0\tinternal\t7\ta", "B\t2.0.0\t\t0\tb"]);
        Server.Requests.ToArray()[1].Query.ShouldContain("q=two%20words");
        result.Error.ShouldContain("2 of 3");
    }

    [Fact]
    public async Task Search_that_finds_nothing_is_done()
    {
        Server.On("GET", "/api/v1/plugins", 200, """{"plugins":[],"total_count":0,"next_cursor":null}""");
        var result = await Cli.RunAsync("search", "x", "--json");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Json.GetProperty("plugins").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Info_shows_versions_and_capabilities_of_the_newest()
    {
        Server.On("GET", "/api/v1/plugins/Notes", 200, """
            {"slug":"Notes","trust_level":"internal","latest_version":"1.1.0","versions":["1.1.0","1.0.0"],"latest":{"slug":"Notes","version":"1.1.0",
            "digest":"abc","size":2048,"published_at":"2026-01-02T03:04:05Z","manifest":{"displayName":"My notes","security":{"capabilities":["network:http-client"]}}}}
            """);
        var result = await Cli.RunAsync("info", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Notes (My notes)");
        result.Out.ShouldContain("versions: 1.1.0, 1.0.0");
        result.Out.ShouldContain("capabilities: network:http-client");
        (await Cli.RunAsync("info", "Notes", "--json")).Json.GetProperty("version").GetProperty("digest").GetString().ShouldBe("abc");
    }

    [Fact]
    public async Task Info_of_what_is_not_there_ends_with_3()
    {
        Server.Fails("GET", "/api/v1/plugins/Nothing", 404, "plugin.unknown");
        (await Cli.RunAsync("info", "Nothing")).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task A_host_without_a_registry_says_so()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"host","name":"berth"}""");
        (await Cli.RunAsync("search")).Exit.ShouldBe(ExitCode.NotFound);
    }
}
