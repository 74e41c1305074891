using Berth.Cli.Output;
using Microsoft.AspNetCore.Http;

namespace Berth.Cli.Tests.Commands;

public sealed class OptimizeCommandTests : ScriptedServerTests
{
    private const string Route = "/api/v1/plugins/Notes/1.1.0";
    private const string Report =
        """
        {"front_end":"es_module","saved_percent":40.04,"before":{"files":3,"package_bytes":900,"served":{"bytes":2048,"gzip":700,"brotli":600}},
         "after":{"files":2,"package_bytes":500,"served":{"bytes":1228,"gzip":400,"brotli":300}},"milliseconds":81.2,
         "stages":[{"name":"minify","changed":1,"added":0,"removed":1,"served":{"bytes":1228,"gzip":400,"brotli":300},"milliseconds":70.5,"notes":[]}]}
        """;

    [Fact]
    public async Task A_version_is_ordered_and_what_each_stage_did_is_shown_when_it_is_ready()
    {
        Server.On("POST", $"{Route}/variants", 202, """{"kind":"optimized","state":"queued"}""");
        var asked = 0;
        Server.On("GET", $"{Route}/optimization", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(++asked < 2 ? """{"state":"running"}""" : $$"""{"state":"ready","digest":"abc1","report":{{Report}}}""");
        });

        var result = await Cli.RunAsync("optimize", "Notes@1.1.0");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        asked.ShouldBe(2);
        result.Lines[0].ShouldBe("front end: es_module");
        result.Out.ShouldContain("minify: 1.2 KB (300 B with brotli), 1 changed, 0 new, 1 left out, 70.5 ms");
        result.Out.ShouldContain("saved: 40 %");
        result.Lines[^1].ShouldBe("The variant of Notes 1.1.0 is ready, sha256 abc1.");
    }

    [Fact]
    public async Task As_JSON_it_says_the_same_with_the_report()
    {
        Server.On("POST", $"{Route}/variants", 202, """{"kind":"optimized","state":"queued"}""");
        Server.On("GET", $"{Route}/optimization", 200, $$"""{"state":"ready","digest":"abc1","report":{{Report}}}""");

        var json = (await Cli.RunAsync("optimize", "Notes@1.1.0", "--json")).Json;

        (json.GetProperty("what").GetString(), json.GetProperty("state").GetString(), json.GetProperty("digest").GetString()).ShouldBe(("Notes@1.1.0", "ready", "abc1"));
        json.GetProperty("report").GetProperty("stages")[0].GetProperty("name").GetString().ShouldBe("minify");
    }

    [Fact]
    public async Task A_dry_run_of_a_version_orders_nothing()
    {
        Server.On("POST", $"{Route}/variants", 200, $$"""{"dry_run":true,"would_be_made":true,"report":{{Report}}}""");

        var result = await Cli.RunAsync("optimize", "Notes@1.1.0", "--dry-run");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines[^1].ShouldBe("A variant would be made.");
        Server.Requests.Where(request => request.Method == "POST").ShouldHaveSingleItem().Query.ShouldContain("dry_run=true");
    }

    [Fact]
    public async Task A_package_is_sent_for_a_preview_and_nothing_else()
    {
        Server.On("POST", "/api/v1/optimize", 200, $$"""{"dry_run":true,"would_be_made":false,"report":{{Report}}}""");
        var package = Path.Combine(Cli.Folder, "notes.berth");
        await File.WriteAllTextAsync(package, "the bytes of a package");

        var result = await Cli.RunAsync("optimize", package);

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines[^1].ShouldBe("No variant would be made: it would not save a hundredth.");
        Server.Requests.Single(request => request.Method == "POST").Text.ShouldBe("the bytes of a package");
    }

    [Fact]
    public async Task A_variant_that_has_nothing_to_gain_ends_with_0_and_one_that_failed_with_1()
    {
        Server.On("POST", $"{Route}/variants", 202, """{"kind":"optimized","state":"queued"}""");
        Server.On("GET", $"{Route}/optimization", 200, $$"""{"state":"unchanged","reason":"It would save 0.1 %.","report":{{Report}}}""");
        var unchanged = await Cli.RunAsync("optimize", "Notes@1.1.0");
        unchanged.Exit.ShouldBe(ExitCode.Done, unchanged.Error);
        unchanged.Lines[^1].ShouldBe("There is no variant of Notes 1.1.0: It would save 0.1 %.");

        Server.On("GET", $"{Route}/optimization", 200, """{"state":"unavailable","code":"variant.tool_missing","reason":"esbuild is not installed."}""");
        var failed = await Cli.RunAsync("optimize", "Notes@1.1.0", "--json");
        failed.Exit.ShouldBe(ExitCode.Failed);
        failed.Error.ShouldContain("variant.tool_missing");
        failed.Error.ShouldContain("esbuild is not installed.");
    }

    [Fact]
    public async Task One_that_takes_too_long_ends_with_5_and_goes_on_at_the_registry()
    {
        Server.On("POST", $"{Route}/variants", 202, """{"kind":"optimized","state":"queued"}""");
        Server.On("GET", $"{Route}/optimization", 200, """{"state":"running"}""");

        var result = await Cli.RunAsync("optimize", "Notes@1.1.0", "--timeout", "1");

        result.Exit.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldContain("the registry goes on");
    }

    [Fact]
    public async Task What_it_cannot_be_ends_with_the_code_of_its_kind()
    {
        (await Cli.RunAsync("optimize")).Exit.ShouldBe(ExitCode.Usage);
        foreach (var what in new[] { "Notes", "Notes@", "@1.0.0", "Notes@1.0.0@2" })
            (await Cli.RunAsync("optimize", what)).Exit.ShouldBe(ExitCode.Usage, what);
        (await Cli.RunAsync("optimize", Path.Combine(Cli.Folder, "nothing.berth"))).Exit.ShouldBe(ExitCode.NotFound);
        Server.Requests.ShouldAllBe(request => request.Method == "GET");
        Server.Fails("POST", $"{Route}/variants", 403, "variant.not_publisher");
        (await Cli.RunAsync("optimize", "Notes@1.1.0")).Exit.ShouldBe(ExitCode.NotAllowed);
        Server.Fails("POST", $"{Route}/variants", 404, "version.unknown");
        (await Cli.RunAsync("optimize", "Notes@1.1.0")).Exit.ShouldBe(ExitCode.NotFound);
    }
}
