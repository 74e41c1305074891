using Berth.Cli.Output;
using Microsoft.AspNetCore.Http;

namespace Berth.Cli.Tests.Commands;

public sealed class FollowingCommandsTests : ScriptedServerTests
{
    private const string Row = """{"id":"0190","kind":"install","user_id":"u","plugin_slug":"Notes","state":"STATE","step":"commit","steps":[{"name":"begin","at":"2026-01-01T00:00:00Z"}],"error":ERROR,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:01Z"}""";

    [Fact]
    public async Task Operations_are_listed_and_one_is_shown_with_its_steps()
    {
        Server.On("GET", "/api/v1/plugins/operations", 200, $$"""{"operations":[{{One("succeeded")}}],"next_cursor":null}""");
        Server.On("GET", "/api/v1/plugins/operations/0190", 200, One("succeeded"));
        (await Cli.RunAsync("operations", "--state", "succeeded")).Lines.ShouldBe(["0190\tinstall\tNotes\tsucceeded\tcommit\t2026-01-01 00:00:00"]);
        Server.Last.Query.ShouldContain("state=succeeded");
        (await Cli.RunAsync("operations", "0190")).Out.ShouldContain("00:00:00.000 begin");
        (await Cli.RunAsync("operations", "--follow")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("succeeded", "null", ExitCode.Done)]
    [InlineData("failed", """{"code":"plugin.install_failed","message":"It threw.","status":502}""", ExitCode.Failed)]
    [InlineData("failed", """{"code":"operation.conflict","message":"Changed.","status":409}""", ExitCode.Conflict)]
    [InlineData("undone", """{"code":"operation.interrupted","message":"Killed.","status":503}""", ExitCode.Unreachable)]
    internal async Task Following_an_operation_shows_its_steps_and_ends_as_it_ended(string state, string error, ExitCode exit)
    {
        Server.On("GET", "/api/v1/plugins/operations/0190", async context =>
        {
            if (context.Request.Headers.Accept.ToString().Contains("event-stream", StringComparison.Ordinal))
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync(": connected\n\nevent: step\nid: 1\ndata: {\"name\":\"begin\"}\n\nevent: step\nid: 2\ndata: {\"name\":\"fetch\"}\n\nevent: end\nid: end\ndata: {}\n\n");
            }
            else
            {
                await context.Response.WriteAsync(One(state, error));
            }
        });
        var result = await Cli.RunAsync("operations", "0190", "--follow");
        result.Lines.ShouldBe(["begin", "fetch", $"install of Notes: {state}"]);
        result.Exit.ShouldBe(exit);
    }

    [Fact]
    public async Task A_longer_installation_shows_its_phases_on_stderr_and_its_result_on_stdout()
    {
        var shown = new TaskCompletionSource();
        Server.On("POST", "/api/v1/plugins/Notes/install", async context =>
        {
            if (context.Request.QueryString.Value!.Contains("dry_run", StringComparison.Ordinal))
            {
                await context.Response.WriteAsync("""{"status":"success","data":{"plan":{"kind":"install","plugin_slug":"Notes","version":"1.2.0"}}}""");
                return;
            }

            await shown.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await context.Response.WriteAsync("""{"status":"success","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.2.0"}}""");
        });
        Server.On("GET", "/api/v1/plugins/operations", 200, $$"""{"operations":[{{One("running")}}]}""");
        Server.On("GET", "/api/v1/plugins/operations/0190", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: step\ndata: {\"name\":\"begin\"}\n\nevent: step\ndata: {\"name\":\"fetch\"}\n\nevent: step\ndata: {\"name\":\"commit\"}\n\n");
        });
        Cli.ErrorHeard = said =>
        {
            if (said.Contains("activate", StringComparison.Ordinal))
            {
                shown.TrySetResult();
            }
        };
        var result = await Cli.RunAsync("install", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.ShouldBe(["Installed Notes 1.2.0 (0_Notes)."]);
        var phases = new[] { "resolve", "download, verify, stage", "activate" };
        result.Error.Split('\n').Select(line => line.Trim()).Where(phases.Contains).ShouldBe(phases);
    }

    [Fact]
    public async Task Events_come_oldest_first_and_as_objects_with_json()
    {
        Server.On("GET", "/api/v1/events", 200, """{"events":[{"id":"8","type":"berth.installation.disabled","subject":"u_Notes","time":"t2"},{"id":"7","type":"berth.installation.installed","subject":"u_Notes","time":"t1"}],"next_cursor":null}""");
        (await Cli.RunAsync("events")).Lines.ShouldBe(["7 t1 berth.installation.installed u_Notes", "8 t2 berth.installation.disabled u_Notes"]);
        (await Cli.RunAsync("events", "--since", "7", "--json")).Json.GetProperty("event").GetProperty("id").GetString().ShouldBe("8");
    }

    [Fact]
    public async Task Following_events_takes_a_broken_stream_up_again_after_the_last_one()
    {
        using var stop = new CancellationTokenSource();
        var asked = new List<string>();
        Server.On("GET", "/api/v1/events", async context =>
        {
            asked.Add(context.Request.Headers["Last-Event-ID"].ToString());
            if (asked.Count == 3)
            {
                await stop.CancelAsync();
                return;
            }

            context.Response.ContentType = "text/event-stream";
            var id = 6 + asked.Count;
            await context.Response.WriteAsync($$"""id: {{id}}{{'\n'}}data: {"id":"{{id}}","type":"x","subject":"s","time":"t"}{{"\n\n"}}""");
        });
        var result = await Cli.RunAsync(stop.Token, "events", "--follow", "--since", "6");
        result.Exit.ShouldBe(ExitCode.Interrupted);
        asked.ShouldBe(["6", "7", "8"]);
        result.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Logs_are_the_audit()
    {
        Server.On("GET", "/api/v1/audit", 200, """{"entries":[{"id":2,"at":"2026-01-01T00:00:02Z","actor_id":"a","user_id":"u","action":"plugin.install","subject":"u_Notes","outcome":"failed"},{"id":1,"at":"2026-01-01T00:00:01Z","actor_id":"u","user_id":"u","action":"token.create","subject":"t","outcome":"succeeded"}]}""");
        (await Cli.RunAsync("logs", "--outcome", "failed")).Lines.ShouldBe(
            ["2026-01-01 00:00:01 succeeded token.create t by u", "2026-01-01 00:00:02 failed plugin.install u_Notes by a for u"]);
        Server.Last.Query.ShouldContain("outcome=failed");
    }

    [Fact]
    public async Task Stats_are_a_line_a_figure()
    {
        Server.On("GET", "/api/v1/plugins/system/stats", 200, """{"users":3,"storage":{"saved_percent":99.5},"nodes":[{"name":"a"}]}""");
        (await Cli.RunAsync("stats")).Lines.ShouldBe(["users: 3", "storage.saved_percent: 99.5", "nodes[0].name: a"]);
    }

    [Fact]
    public async Task A_user_is_deleted_after_a_plan_and_a_confirmation_alone()
    {
        var (ana, ben) = (new string('a', 32), new string('b', 32));
        Server.On("GET", "/api/v1/admin/users", 200, $$"""{"users":[{"id":"{{ana}}","username":"ana"},{"id":"{{ben}}","username":"ben"}],"next_cursor":null}""");
        Server.On("DELETE", $"/api/v1/admin/users/{ana}", 200, $$"""{"status":"success","data":{"user_id":"{{ana}}","uninstalled":[],"handed_over":["Notes"],"kept":[],"notes":["Old: did not answer"]} }""");

        (await Cli.RunAsync("users", "delete", "ana")).Exit.ShouldBe(ExitCode.Usage);
        Server.Requests.Where(request => request.Method == "DELETE").ShouldAllBe(request => request.Query.Contains("dry_run=true"));
        var result = await Cli.RunAsync("users", "delete", "ana", "--handover", "BEN", "--yes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Error.ShouldContain("handed over: Notes");
        result.Error.ShouldContain("Old: did not answer");
        Server.Last.Query.ShouldBe($"?data=handover&to={ben}&dry_run=false");
        (await Cli.RunAsync("users", "delete", "nobody", "--yes")).Exit.ShouldBe(ExitCode.NotFound);
    }

    private static string One(string state, string error = "null") => Row.Replace("STATE", state, StringComparison.Ordinal).Replace("ERROR", error, StringComparison.Ordinal);
}
