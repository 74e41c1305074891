using Berth.Cli.Output;
using Microsoft.AspNetCore.Http;

namespace Berth.Cli.Tests.Commands;

/// <summary>update, rollback, uninstall, list, status, enable, disable.</summary>
public sealed class InstallationCommandsTests : ScriptedServerTests
{
    [Fact]
    public async Task Update_says_from_where_to_where_and_how_to_undo_it()
    {
        Operation("POST", "update", "1.0.0", "1.1.0", """{"plugin_slug":"Notes","plugin_id":"0_Notes","previous_version":"1.0.0","new_version":"1.1.0","migrated":true}""");
        var result = await Cli.RunAsync("update", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Updated Notes from 1.0.0 to 1.1.0, data migrated.");
        result.Error.ShouldContain("berth rollback Notes");
    }

    [Fact]
    public async Task A_capability_that_was_declined_before_stays_declined_with_an_update()
    {
        Operation("POST", "update", "1.0.0", "1.1.0", """{"plugin_slug":"Notes","plugin_id":"0_Notes","previous_version":"1.0.0","new_version":"1.1.0"}""",
            """{"name":"a:declined","new":false,"granted":false},{"name":"b:granted","new":false,"granted":true},{"name":"c:new","new":true,"granted":false}""");
        (await Cli.RunAsync("update", "Notes", "--yes")).Exit.ShouldBe(ExitCode.Done);
        // Not the last one of all: whoever waits long enough also asks how far it is.
        Server.Requests.Last(request => request.Method == "POST").Text.ShouldContain("""["b:granted","c:new"]""");
    }

    [Theory]
    [InlineData("""{"plugin_id":"0_Notes","plugin_slug":"Notes","current_version":"1.0.0","latest_version":"1.1.0"}""", ExitCode.Difference)]
    [InlineData("", ExitCode.Done)]
    internal async Task Update_check_only_looks(string update, ExitCode exit)
    {
        Server.On("GET", "/api/v1/plugins/Notes/update/available", 200, $$$"""{"status":"success","data":{"available_updates":[{{{update}}}],"total_count":0}}""");
        var result = await Cli.RunAsync("update", "Notes", "--check", "--json");
        result.Exit.ShouldBe(exit);
        result.Json.GetProperty("updateAvailable").GetBoolean().ShouldBe(exit == ExitCode.Difference);
        Server.Requests.ShouldAllBe(request => request.Method == "GET");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("previous", """{"data":"previous"}""")]
    [InlineData("migrate", """{"data":"migrate"}""")]
    public async Task Rollback_says_which_data(string? data, string body)
    {
        Operation("POST", "rollback", "1.1.0", "1.0.0", """{"plugin_slug":"Notes","plugin_id":"0_Notes","previous_version":"1.1.0","new_version":"1.0.0"}""");
        var result = await Cli.RunAsync(data is null ? ["rollback", "Notes"] : ["rollback", "Notes", "--data", data]);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("from 1.1.0 to 1.0.0");
        Server.Last.Text.ShouldBe(body);
    }

    [Fact]
    public async Task Uninstall_keeps_the_data_and_says_how_to_come_back()
    {
        Operation("DELETE", "uninstall", "1.0.0", null, """{"plugin_slug":"Notes","plugin_id":"0_Notes","deleted_modules":["a"]}""");
        var result = await Cli.RunAsync("uninstall", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("kept");
        result.Error.ShouldContain("berth install Notes --version 1.0.0");
        Server.Last.Query.ShouldBe("");
    }

    [Fact]
    public async Task A_purge_needs_a_person_or_yes()
    {
        Operation("DELETE", "uninstall", "1.0.0", null, """{"plugin_slug":"Notes","plugin_id":"0_Notes","deleted_modules":1}""");
        (await Cli.RunAsync("uninstall", "Notes", "--purge")).Exit.ShouldBe(ExitCode.Usage);
        Server.Requests.ShouldAllBe(request => request.Query.Contains("dry_run=true"));
        (await Cli.RunAsync("uninstall", "Notes", "--purge", "--yes")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Query.ShouldBe("?purge=true");
    }

    [Fact]
    public async Task A_lock_that_somebody_holds_ends_with_6()
    {
        Server.Fails("POST", "/api/v1/plugins/Notes/update", 409, "operation.in_progress");
        (await Cli.RunAsync("update", "Notes")).Exit.ShouldBe(ExitCode.Conflict);
    }

    [Fact]
    public async Task List_prints_a_line_a_plugin_for_pipes_and_an_object_for_programs()
    {
        Server.On("GET", "/api/v1/plugins/", 200, """
            {"plugins":[{"id":"0_Notes","plugin_slug":"Notes","version":"1.0.0","enabled":true,"status":"activated"},
            {"id":"0_Feed","plugin_slug":"Feed","version":"2.0.0","enabled":false,"status":"deactivated"}]}
            """);
        Server.On("GET", "/api/v1/plugins/updates/available", 200,
            """{"status":"success","data":{"available_updates":[{"plugin_slug":"Notes","current_version":"1.0.0","latest_version":"1.1.0"}]}}""");
        Server.On("GET", "/api/v1/plugins/updates/automatic", 200, """{"status":"success","data":{"installations":[{"plugin_slug":"Notes","enabled":true,"state":"withheld"}]}}""");
        (await Cli.RunAsync("list")).Lines.ShouldBe(["Notes\t1.0.0\tenabled\t1.1.0\twithheld", "Feed\t2.0.0\tdisabled\t\t"]);
        (await Cli.RunAsync("list", "--quiet")).Lines.ShouldBe(["Notes", "Feed"]);
        var json = (await Cli.RunAsync("list", "--json")).Json;
        json.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        json.GetProperty("plugins")[0].GetProperty("update").GetString().ShouldBe("1.1.0");
        json.GetProperty("plugins")[0].GetProperty("autoUpdate").GetString().ShouldBe("withheld");
    }

    [Fact]
    public async Task List_takes_what_is_updated_by_itself_from_the_list_and_asks_no_second_time()
    {
        Server.On("GET", "/api/v1/plugins/", 200, """
            {"plugins":[{"id":"0_Notes","plugin_slug":"Notes","version":"1.0.0","enabled":true,"auto_update":{"plugin_slug":"Notes","enabled":true,"state":"cooling_down"}},
            {"id":"0_Feed","plugin_slug":"Feed","version":"2.0.0","enabled":false,"auto_update":{"plugin_slug":"Feed","enabled":false,"state":"off"}}]}
            """);
        Server.On("GET", "/api/v1/plugins/updates/available", 200, """{"status":"success","data":{"available_updates":[]}}""");

        (await Cli.RunAsync("list")).Lines.ShouldBe(["Notes\t1.0.0\tenabled\t\tcooling down", "Feed\t2.0.0\tdisabled\t\t"]);

        Server.Requests.ShouldNotContain(request => request.Path == "/api/v1/plugins/updates/automatic");
    }

    [Fact]
    public async Task List_works_while_the_registry_is_away_and_says_what_is_not_known()
    {
        Server.On("GET", "/api/v1/plugins/", 200, """{"plugins":[{"id":"0_Notes","plugin_slug":"Notes","version":"1.0.0","enabled":true}]}""");
        Server.Fails("GET", "/api/v1/plugins/updates/available", 503, "registry.unavailable");
        var result = await Cli.RunAsync("list");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Lines.Count.ShouldBe(1);
        result.Error.ShouldContain("updates are not known");
    }

    [Fact]
    public async Task On_a_terminal_a_list_is_a_table_without_colours_when_nobody_wants_them()
    {
        Server.On("GET", "/api/v1/plugins/", 200, """{"plugins":[{"id":"0_Notes","plugin_slug":"Notes","version":"1.0.0","enabled":true}]}""");
        Server.On("GET", "/api/v1/plugins/updates/available", 200, """{"status":"success","data":{"available_updates":[]}}""");
        Cli.IsTerminal = true;
        Cli["NO_COLOR"] = "1";
        var result = await Cli.RunAsync("list");
        result.Out.ShouldContain("PLUGIN");
        result.Out.ShouldContain("Notes");
        result.Out.ShouldNotContain("\u001b[3");
    }

    [Theory]
    [InlineData("healthy", ExitCode.Done)]
    [InlineData("files_missing", ExitCode.Failed)]
    [InlineData("quarantined", ExitCode.Failed)]
    [InlineData("not_installed", ExitCode.NotFound)]
    internal async Task Status_tells_by_its_exit_code(string status, ExitCode exit)
    {
        Server.On("GET", "/api/v1/plugins/Notes/status", 200, $$$"""
            {"status":"success","data":{"plugin_slug":"Notes","exists":true,"status":"{{{status}}}","plugin_id":"0_Notes",
            "plugin_info":{"id":"0_Notes","name":"Notes","version":"1.0.0","enabled":true},"health_details":{"files":3},
            "runtime":{"state":"loaded","isolation":"none","breaker":null} } }
            """);
        var result = await Cli.RunAsync("status", "Notes", "--json");
        result.Exit.ShouldBe(exit);
        result.Json.GetProperty("status").GetString().ShouldBe(status);
        result.Json.GetProperty("runtime").GetProperty("state").GetString().ShouldBe("loaded");
    }

    [Theory]
    [InlineData("enable", """{"enabled":true}""")]
    [InlineData("disable", """{"enabled":false}""")]
    public async Task Enable_and_disable_patch_the_installation(string command, string body)
    {
        Server.On("PATCH", "/api/v1/plugins/Notes", 200, """{"status":"success","message":"ok","data":{}}""");
        (await Cli.RunAsync(command, "Notes")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Text.ShouldBe(body);
    }

    [Theory]
    [InlineData("files_missing", "berth repair Notes")]
    [InlineData("files_modified", "berth repair Notes")]
    [InlineData("modules_corrupted", "berth repair Notes")]
    [InlineData("unhealthy", "berth update Notes --check")]
    [InlineData("healthy", null)]
    public async Task Status_says_what_brings_a_broken_installation_back(string status, string? next)
    {
        Server.On("GET", "/api/v1/plugins/Notes/status", 200, $$$"""{"status":"success","data":{"plugin_slug":"Notes","exists":true,"status":"{{{status}}}","plugin_id":"0_Notes"}}""");
        var result = await Cli.RunAsync("status", "Notes");
        if (next is null)
            result.Error.ShouldNotContain("Next:");
        else
            result.Error.ShouldContain($"Next: {next}");
    }

    [Fact]
    public async Task Repair_says_what_it_changed_and_with_dry_run_only_what_it_would_do()
    {
        Operation("POST", "repair", "1.0.0", "1.0.0",
            """{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.0.0","files_restored":["dist/main.js: other bytes"],"modules_created":["0_Notes_List"],"modules_deleted":[]}""");
        (await Cli.RunAsync("repair", "Notes", "--dry-run")).Out.ShouldContain("Plan: repair Notes");
        Server.Requests.Where(request => request.Method == "POST").ShouldAllBe(request => request.Query.Contains("dry_run=true"));

        var result = await Cli.RunAsync("repair", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.ShouldBe(["Repaired Notes 1.0.0.", "  restored: dist/main.js: other bytes", "  module created: 0_Notes_List"]);
        Server.Last.Query.ShouldBe("");

        var json = (await Cli.RunAsync("repair", "Notes", "--json")).Json;
        json.GetProperty("operation").GetString().ShouldBe("repair");
        json.GetProperty("filesRestored")[0].GetString().ShouldBe("dist/main.js: other bytes");
    }

    [Fact]
    public async Task A_repair_that_finds_the_package_nowhere_ends_with_7()
    {
        Server.Fails("POST", "/api/v1/plugins/Notes/repair", 422, "repair.no_source");
        (await Cli.RunAsync("repair", "Notes")).Exit.ShouldBe(ExitCode.Refused);
    }

    private void Operation(string method, string name, string from, string? to, string data, string capabilities = "") =>
        Server.On(method, $"/api/v1/plugins/Notes/{name}", async context => await context.Response.WriteAsync(
            context.Request.Query.ContainsKey("dry_run")
                ? $$$$"""
                  {"status":"success","dry_run":true,"data":{"plan":{"kind":"{{{{name}}}}","plugin_slug":"Notes","from_version":"{{{{from}}}}",
                  "version":{{{{(to is null ? "null" : $"\"{to}\"")}}}},"download_bytes":0,"capabilities":[{{{{capabilities}}}}],"dependencies":[],"modules":[],"notes":[],"steps":[]}}}
                  """
                : $$$$"""{"status":"success","message":"ok","data":{{{{data}}}}}"""));
}
