using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class PlanAndPinCommandTests : ScriptedServerTests
{
    private const string Plan = """
        {"status":"success","dry_run":true,"data":{"plan":{"kind":"install","plugin_slug":"Suite","version":"1.0.0","download_bytes":0,"capabilities":[],
          "dependencies":[{"plugin_slug":"Echo","kind":"install","version":"1.1.0","reason":"needed by Suite 1.0.0 (^1)",
            "capabilities":[{"name":"network:http-client","risk":"medium","new":true,"granted":false,"permitted":true},{"name":"process:spawn-child","risk":"critical","new":true,"granted":false,"permitted":false}]}],
          "explanations":["Echo 1.1.0 comes along: needed by Suite 1.0.0 (^1)."],"modules":[],"notes":[],"steps":["commit"]}}}
        """;

    [Fact]
    public async Task A_plan_shows_who_comes_along_why_and_what_it_asks_for()
    {
        Serve();
        var result = await Cli.RunAsync("plan", "Suite@^1");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("along: install Echo 1.1.0 (needed by Suite 1.0.0 (^1))");
        result.Out.ShouldContain("+ Echo:network:http-client (risk medium) [new]");
        result.Out.ShouldContain("+ Echo:process:spawn-child (risk critical) [new] [not permitted by its trust level]");
        result.Out.ShouldContain("why: Echo 1.1.0 comes along");
        Server.Requests.ShouldAllBe(request => request.Method == "GET");
        Uri.UnescapeDataString(Server.Last.Query).ShouldBe("?version=^1");
    }

    [Fact]
    public async Task A_capability_of_who_comes_along_is_granted_with_its_name_before_it()
    {
        Serve();
        (await Cli.RunAsync("install", "Suite")).Exit.ShouldBe(ExitCode.Declined);
        (await Cli.RunAsync("install", "Suite", "--grant", "network:http-client")).Exit.ShouldBe(ExitCode.Usage);

        var result = await Cli.RunAsync("install", "Suite", "--grant", "echo:network:http-client");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Along: install Echo 1.1.0.");
        var body = JsonDocument.Parse(Server.Requests.Last(request => request.Method == "POST").Text).RootElement;
        body.GetProperty("grant_dependencies").GetProperty("Echo")[0].GetString().ShouldBe("network:http-client");
    }

    [Theory]
    [InlineData("{\"pinned\":\"^1.2\"}", "pin", "Suite", "^1.2")]
    [InlineData("{\"pinned\":null}", "unpin", "Suite")]
    [InlineData("{\"channel\":\"beta\"}", "channel", "Suite", "beta")]
    [InlineData("{\"auto_update\":true}", "auto-update", "Suite", "on")]
    [InlineData("{\"auto_update\":true,\"channel\":\"beta\"}", "auto-update", "Suite", "on", "--channel", "beta")]
    [InlineData("{\"auto_update\":false}", "auto-update", "Suite", "off")]
    [InlineData("{\"variant\":\"original\"}", "variant", "Suite", "original")]
    [InlineData("{\"pin\":\"<2\"}", "pins", "set", "Suite", "<2")]
    public async Task A_pin_is_sent_as_it_is_meant(string body, params string[] arguments)
    {
        Serve();
        var result = await Cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        JsonElement.DeepEquals(
            JsonDocument.Parse(Server.Requests.Last(request => request.Method is "PATCH" or "PUT").Text).RootElement,
            JsonDocument.Parse(body).RootElement).ShouldBeTrue();
    }

    private void Serve()
    {
        Server.On("GET", "/api/v1/plugins/Suite/plan", 200, Plan);
        Server.On("POST", "/api/v1/plugins/Suite/install", async context =>
        {
            context.Response.ContentType = "application/json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, context.Request.Query.ContainsKey("dry_run")
                ? Plan
                : """
                  {"status":"success","message":"ok","data":{"plugin_slug":"Suite","plugin_id":"0_Suite","version":"1.0.0","modules_created":[],"dependencies_installed":["Echo"],
                  "members":[{"plugin_slug":"Echo","kind":"install","version":"1.1.0","previous_version":null}]}}
                  """);
        });
        Server.On("PATCH", "/api/v1/plugins/Suite", 200, """{"status":"success","message":"ok","data":{"plugin_slug":"Suite"}}""");
        Server.On("PUT", "/api/v1/plugins/system/pins/Suite", 200, """{"plugin_slug":"Suite","pin":"<2"}""");
    }
}
