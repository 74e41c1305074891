using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class ReviewCommandTests : ScriptedServerTests
{
    private const string Route = "/api/v1/plugins/Notes/1.0.0";
    private const string Review =
        """{"id":"r1","slug":"Notes","version":"1.0.0","state":"open","published_by":"a","position":2,"age_seconds":7300,"reasons":[{"stage":"scan","code":"scan.findings","reason":"Look."}],"staged":false,"is_appeal":false}""";

    [Fact]
    public async Task The_queue_shows_position_age_and_reason()
    {
        Server.On("GET", "/api/v1/reviews", 200, $$"""{"reviews":[{{Review}}],"next_cursor":null}""");
        var result = await Cli.RunAsync("review", "list", "--mine");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Notes");
        result.Out.ShouldContain("2 h");
        result.Out.ShouldContain("scan.findings");
        Server.Last.Query.ShouldContain("mine=true");
    }

    [Fact]
    public async Task A_review_shows_what_the_version_changes()
    {
        Server.On("GET", "/api/v1/reviews/r1", 200, $$$"""
            {"review":{{{Review}}},"age_seconds":7300,"stages":[],"findings":[{"stage":"scan","code":"scan.il.process","severity":"critical","file":"lib/a.dll"}],"findings_new":[],
             "difference":{"previous_version":"0.9.0","files_added":[{"path":"dist/new.js","size":10,"previous_size":null}],"files_removed":[],"files_changed":[],"files_unchanged":3,
             "capabilities_added":["network:http-client"],"capabilities_removed":[],"dependencies":[],"size":100,"previous_size":90}}
            """);
        var result = await Cli.RunAsync("review", "show", "r1");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("critical scan.il.process in lib/a.dll");
        result.Out.ShouldContain("Compared with 0.9.0");
        result.Out.ShouldContain("+ capability network:http-client");
        result.Out.ShouldContain("+ dist/new.js");
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_and_sends_it()
    {
        Server.On("POST", "/api/v1/reviews/r1/reject", 200, Review.Replace("open", "rejected", StringComparison.Ordinal));
        (await Cli.RunAsync("review", "reject", "r1")).Exit.ShouldBe(ExitCode.Usage);
        var result = await Cli.RunAsync("review", "reject", "r1", "--reason", "Too much.");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Notes 1.0.0 is rejected.");
        Server.Last.Text.ShouldContain("Too much.");
    }

    [Fact]
    public async Task Who_may_not_decide_ends_with_4()
    {
        Server.Fails("POST", "/api/v1/reviews/r1/approve", 403, "review.own_version");
        (await Cli.RunAsync("review", "approve", "r1")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task A_publish_shows_its_stages_and_where_a_held_version_stands()
    {
        Server.On("PUT", Route, 202, """{"state":"running","operation_id":"op1","stages":[{"stage":"signature","verdict":"passed"}]}""");
        Server.On("GET", "/api/v1/operations/op1", 200, """{"state":"held","operation_id":"op1","stages":[{"stage":"signature","verdict":"passed"},{"stage":"scan","verdict":"held","code":"scan.findings","reason":"Look."}]}""");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli));
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Error.ShouldContain("scan: held (scan.findings: Look.)");
        result.Out.ShouldContain("held for review");
    }

    [Fact]
    public async Task A_publish_that_is_refused_after_all_ends_with_7()
    {
        Server.On("PUT", Route, 202, """{"state":"running","operation_id":"op1"}""");
        Server.On("GET", "/api/v1/operations/op1", 200, """{"state":"refused","stages":[],"error":{"code":"scan.malware","message":"It steals.","errors":[{"code":"scan.malware","message":"It steals."}]}}""");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli));
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("It steals.");
    }

    [Fact]
    public async Task Who_does_not_wait_is_told_the_operation()
    {
        Server.On("PUT", Route, 202, """{"state":"running","operation_id":"op1"}""");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli), "--no-wait", "--json");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Json.GetProperty("state").GetString().ShouldBe("accepted");
        result.Json.GetProperty("operationId").GetString().ShouldBe("op1");
        Server.Last.Headers["Prefer"].ToString().ShouldBe("respond-async");
    }
}
