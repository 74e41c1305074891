using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class GrantCommandTests : ScriptedServerTests
{
    [Theory]
    [InlineData("grant", "is granted", "revoke")]
    [InlineData("revoke", "is no longer granted", "grant")]
    public async Task Capabilities_are_sent_by_name_and_the_answer_says_how_to_take_it_back(string command, string says, string undo)
    {
        Server.On("PATCH", "/api/v1/plugins/Suite", 200, """
            {"status":"success","message":"ok","data":{"plugin_slug":"Suite","granted":["network:http-client"]},"notes":["This was so already; nothing changed."]}
            """);

        var result = await Cli.RunAsync(command, "Suite", "network:http-client", "process:access-env", "network:http-client");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        JsonDocument.Parse(Server.Last.Text).RootElement.GetProperty(command).EnumerateArray().Select(name => name.GetString()).ShouldBe(["network:http-client", "process:access-env"]);
        result.Out.ShouldContain($"Suite {says} network:http-client, process:access-env.");
        result.Error.ShouldContain("This was so already");
        result.Error.ShouldContain($"Undo: berth {undo} Suite network:http-client process:access-env");
        (await Cli.RunAsync(command, "Suite", "network:http-client", "--json")).Out.ShouldContain("\"granted\":[\"network:http-client\"]");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_granted()
    {
        Server.On("PATCH", "/api/v1/plugins/Suite", 200, """
            {"status":"success","dry_run":true,"data":{"plan":{"kind":"grants","plugin_slug":"Suite","version":"1.0.0","capabilities":[
              {"name":"network:http-client","new":false,"granted":true,"permitted":true},{"name":"process:access-env","new":false,"granted":false,"permitted":true}]}}}
            """);

        var result = await Cli.RunAsync("grant", "Suite", "network:http-client", "--dry-run", "--json");

        Server.Last.Query.ShouldBe("?dry_run=true");
        result.Out.ShouldContain("\"granted\":[\"network:http-client\"]");
        (await Cli.RunAsync("grant", "Suite", "network:http-client", "--dry-run")).Out.ShouldContain("Suite would be granted network:http-client.");
    }

    [Fact]
    public async Task What_cannot_be_granted_is_refused_with_the_hosts_reason_and_nothing_named_is_a_slip()
    {
        Server.On("PATCH", "/api/v1/plugins/Suite", 422, """
            {"title":"Refused","status":422,"code":"capability.not_permitted","detail":"The trust level 'untrusted' of Suite does not permit the capability 'process:spawn-child'."}
            """);

        var result = await Cli.RunAsync("grant", "Suite", "process:spawn-child");

        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("does not permit the capability");
        (await Cli.RunAsync("grant", "Suite")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task The_status_shows_what_is_granted_what_was_declined_and_what_cannot_be_granted()
    {
        Server.On("GET", "/api/v1/plugins/Suite/status", 200, """
            {"status":"success","data":{"plugin_slug":"Suite","exists":true,"status":"healthy","plugin_id":"0_Suite","plugin_info":{"id":"0_Suite","version":"1.0.0","enabled":true,"capabilities":[
              {"name":"filesystem:write-temp","risk":"low","permitted":true,"granted":true},
              {"name":"network:http-client","risk":"medium","permitted":true,"granted":false,"hosts":["example.org"]},
              {"name":"process:spawn-child","risk":"critical","permitted":false,"granted":false}]}}}
            """);

        var shown = (await Cli.RunAsync("status", "Suite")).Out;

        shown.ShouldContain("capability: filesystem:write-temp granted");
        shown.ShouldContain("capability: network:http-client declined (berth grant Suite network:http-client)");
        shown.ShouldContain("capability: process:spawn-child not permitted by its trust level");
        var json = JsonDocument.Parse((await Cli.RunAsync("status", "Suite", "--json")).Out).RootElement;
        json.GetProperty("capabilities").EnumerateArray().Select(one => (one.GetProperty("permitted").GetBoolean(), one.GetProperty("granted").GetBoolean()))
            .ShouldBe([(true, true), (true, false), (false, false)]);
    }
}
