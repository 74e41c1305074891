using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class InstallCommandTests : ScriptedServerTests
{
    private const string Capability = """{"name":"network:http-client","risk":"medium","description":"Calls other servers.","new":true}""";

    [Fact]
    public async Task A_plugin_without_capabilities_is_installed_without_a_question()
    {
        ServeInstallation();
        var result = await Cli.RunAsync("install", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Installed Notes 1.2.0");
        result.Error.ShouldContain("berth uninstall Notes");
    }

    [Fact]
    public async Task What_was_planned_is_what_is_installed()
    {
        ServeInstallation();
        await Cli.RunAsync("install", "Notes", "--version", "^1.0.0");
        Body("?dry_run=true").GetProperty("version").GetString().ShouldBe("^1.0.0");
        Body("").GetProperty("version").GetString().ShouldBe("1.2.0");
    }

    [Fact]
    public async Task The_JSON_result_has_its_schema_version_and_nothing_else_is_on_stdout()
    {
        ServeInstallation();
        var result = await Cli.RunAsync("install", "Notes", "--json");
        result.Lines.Count.ShouldBe(1);
        result.Json.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        result.Json.GetProperty("pluginId").GetString().ShouldBe("0_Notes");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_prints_the_plan_and_installs_nothing()
    {
        ServeInstallation(Capability);
        var result = await Cli.RunAsync("install", "Notes", "--dry-run");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Out.ShouldContain("network:http-client");
        result.Out.ShouldContain("[new]");
        Server.Requests.ShouldAllBe(request => request.Query.Contains("dry_run=true"));
    }

    [Fact]
    public async Task Capabilities_that_nobody_can_decide_on_end_with_5()
    {
        ServeInstallation(Capability);
        var result = await Cli.RunAsync("install", "Notes");
        result.Exit.ShouldBe(ExitCode.Declined);
        result.Error.ShouldContain("--grant");
        Server.Requests.ShouldAllBe(request => request.Query.Contains("dry_run=true"));
    }

    [Fact]
    public async Task Yes_grants_what_is_asked_for()
    {
        ServeInstallation(Capability);
        (await Cli.RunAsync("install", "Notes", "--yes")).Exit.ShouldBe(ExitCode.Done);
        Granted().ShouldBe(["network:http-client"]);
    }

    [Fact]
    public async Task Yes_leaves_out_what_nobody_may_grant()
    {
        ServeInstallation(Capability + """,{"name":"process:spawn-child","risk":"critical","new":true,"permitted":false}""");
        var result = await Cli.RunAsync("install", "Notes", "--yes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Error.ShouldContain("process:spawn-child (risk critical) [new] [not permitted by its trust level]");
        Granted().ShouldBe(["network:http-client"]);
    }

    [Fact]
    public async Task Nobody_has_to_decide_on_what_nobody_may_grant()
    {
        ServeInstallation("""{"name":"process:spawn-child","risk":"critical","new":true,"permitted":false}""");
        var result = await Cli.RunAsync("install", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        Granted().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("network:http-client", "network:http-client")]
    public async Task Grant_grants_what_is_named(string given, params string[] granted)
    {
        ServeInstallation(Capability);
        (await Cli.RunAsync("install", "Notes", "--grant", given)).Exit.ShouldBe(ExitCode.Done);
        Granted().ShouldBe(granted);
    }

    [Fact]
    public async Task A_capability_that_is_not_asked_for_cannot_be_granted()
    {
        ServeInstallation(Capability);
        (await Cli.RunAsync("install", "Notes", "--grant", "process:spawn-child")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("y\n", ExitCode.Done)]
    [InlineData("n\n", ExitCode.Declined)]
    [InlineData("", ExitCode.Declined)]
    internal async Task A_person_is_shown_the_plan_and_asked(string answer, ExitCode exit)
    {
        ServeInstallation(Capability);
        Cli.IsTerminal = true;
        Cli["NO_COLOR"] = "1";
        Cli.Input = answer;
        var result = await Cli.RunAsync("install", "Notes");
        result.Exit.ShouldBe(exit);
        result.Error.ShouldContain("+ network:http-client (risk medium): Calls other servers. [new]");
        Server.Requests.Any(request => request.Query.Length == 0).ShouldBe(exit == ExitCode.Done);
    }

    [Fact]
    public async Task No_input_never_asks_also_on_a_terminal()
    {
        ServeInstallation(Capability);
        Cli.IsTerminal = true;
        Cli.Input = "y\n";
        (await Cli.RunAsync("install", "Notes", "--no-input")).Exit.ShouldBe(ExitCode.Declined);
    }

    [Fact]
    public async Task An_administrator_acts_for_a_user_by_id_and_by_name()
    {
        var id = new string('a', 32);
        ServeInstallation();
        Server.On("GET", "/api/v1/admin/users", 200, $$"""{"users":[{"id":"{{id}}","username":"ben"}],"next_cursor":null}""");
        await Cli.RunAsync("install", "Notes", "--user", id);
        Server.Last.Headers["Berth-User"].ToString().ShouldBe(id);
        await Cli.RunAsync("install", "Notes", "--user", "ben");
        Server.Last.Headers["Berth-User"].ToString().ShouldBe(id);
        (await Cli.RunAsync("install", "Notes", "--user", "nobody")).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task Text_from_a_package_cannot_command_the_terminal()
    {
        ServeInstallation("""{"name":"x:y","risk":"low","description":"\u001b[2Jgone","new":true}""");
        (await Cli.RunAsync("install", "Notes", "--dry-run")).Out.ShouldNotContain("\u001b");
    }

    private void ServeInstallation(string capabilities = "") => Server.On("POST", "/api/v1/plugins/Notes/install", async context =>
    {
        var isPlan = context.Request.Query.ContainsKey("dry_run");
        context.Response.StatusCode = isPlan ? 200 : 201;
        await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, isPlan
            ? $$$$"""
              {"status":"success","dry_run":true,"data":{"plan":{"kind":"install","plugin_slug":"Notes","from_version":null,"version":"1.2.0","digest":"d",
              "download_bytes":1000,"capabilities":[{{{{capabilities}}}}],"dependencies":[],"modules":["NotesPanel"],"notes":[],"steps":["fetch","stage"]}}}
              """
            : """{"status":"success","message":"ok","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.2.0","modules_created":["0_Notes_NotesPanel"],"dependencies_installed":[]}}""");
    });

    private JsonElement Body(string query) =>
        JsonDocument.Parse(Server.Requests.Single(request => request.Method == "POST" && request.Query == query).Text).RootElement;

    private IEnumerable<string?> Granted() => Body("").GetProperty("grant").EnumerateArray().Select(capability => capability.GetString());
}
