using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>doctor on a server, versions.</summary>
public sealed class MaintenanceCommandsTests : ScriptedServerTests
{
    private const string Progress = """{"type":"progress","check":"store","done":1}""";
    private const string Finding = """
        {"type":"finding","code":"doctor.files_modified","severity":"error","subject":"Notes 1.0.0","explanation":"A file is not as in the package.","remedy":"Run with --fix.","fixed":false,"done":null}
        """;

    [Theory]
    [InlineData(ExitCode.Done, 0)]
    [InlineData(ExitCode.Failed, 1)]
    [InlineData(ExitCode.Difference, 1, "--check")]
    internal async Task Doctor_tells_by_its_exit_code_whether_anything_is_left(ExitCode exit, int remaining, params string[] options)
    {
        Doctor(Progress, remaining == 0 ? "" : Finding.Trim(), Result(findings: remaining, repaired: 0, remaining));
        var result = await Cli.RunAsync(["doctor", .. options]);
        result.Exit.ShouldBe(exit, result.Error);
        result.Out.Contains("Notes 1.0.0: A file is not as in the package. (doctor.files_modified)", StringComparison.Ordinal).ShouldBe(remaining > 0);
        result.Error.ShouldContain("Checking store");
        LastExamination.Query.ShouldBe("?fix=false");
    }

    [Fact]
    public async Task Doctor_shows_the_isolation_levels_of_the_server_with_what_to_do()
    {
        Doctor(Result(findings: 0, repaired: 0, remaining: 0));
        Server.On("GET", "/api/v1/plugins/system/isolation", 200, """
            {"levels":[{"level":"process","available":true,"reason":"Worker processes.","remedy":null,"gaps":["No limit of processor time."],"unlimited":["processor"]},
                       {"level":"sandbox","available":false,"reason":"bubblewrap is not installed.","remedy":"apt-get install bubblewrap.","gaps":[]}]}
            """);
        var result = await Cli.RunAsync("doctor");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.Take(4).ShouldBe(
        [
            "isolation process: available: Worker processes.", "  gap: No limit of processor time.",
            "isolation sandbox: not available: bubblewrap is not installed.", "  remedy: apt-get install bubblewrap.",
        ]);
        var json = (await Cli.RunAsync("doctor", "--json")).Lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        json[1].GetProperty("type").GetString().ShouldBe("isolation");
        json[1].GetProperty("available").GetBoolean().ShouldBeFalse();
        json[0].GetProperty("unlimited").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("processor");
        json[^1].GetProperty("type").GetString().ShouldBe("result");
    }

    [Fact]
    public async Task Doctor_shows_what_the_server_offers_to_plugins_and_what_of_it_cannot_be_used()
    {
        Doctor(Result(findings: 0, repaired: 0, remaining: 0));
        Server.On("GET", "/api/v1/plugins/system/isolation", 200, """{"levels":[]}""");
        Server.On("GET", "/api/v1/plugins/system/offers", 200, """
            {"offers":[{"kind":"folder","name":"out","path":"/srv/out","access":"write","usable":false,"reason":"There is no such folder.","remedy":"Make it."},
                       {"kind":"program","name":"convert","path":"/usr/bin/convert","access":"run","usable":true,"reason":null,"remedy":null}]}
            """);
        var result = await Cli.RunAsync("doctor");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.Take(3).ShouldBe(
        [
            "offered folder out: /srv/out (write): not usable: There is no such folder.", "  remedy: Make it.",
            "offered program convert: /usr/bin/convert (run): usable",
        ]);
        var json = (await Cli.RunAsync("doctor", "--json")).Lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        json[0].GetProperty("type").GetString().ShouldBe("offer");
        json[0].GetProperty("usable").GetBoolean().ShouldBeFalse();
        json[0].GetProperty("name").GetString().ShouldBe("out");
        json[1].GetProperty("access").GetString().ShouldBe("run");
        json[^1].GetProperty("type").GetString().ShouldBe("result");
    }

    [Fact]
    public async Task Doctor_shows_offers_that_come_with_the_examination_as_from_a_folder_without_a_server()
    {
        Doctor(Result(findings: 0, repaired: 0, remaining: 0), """{"type":"offer","kind":"folder","name":"out","path":"/srv/out","access":"read","usable":false,"reason":"There is no such folder.","remedy":"Make it."}""");
        Server.On("GET", "/api/v1/plugins/system/isolation", 200, """{"levels":[]}""");
        Server.On("GET", "/api/v1/plugins/system/offers", 200, """{"offers":[]}""");

        (await Cli.RunAsync("doctor")).Lines.ShouldBe(
            ["offered folder out: /srv/out (read): not usable: There is no such folder.", "  remedy: Make it.", "Everything fits together."]);
        var json = (await Cli.RunAsync("doctor", "--json")).Lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        json.Select(line => line.GetProperty("type").GetString()).ShouldBe(["offer", "result"]);
        (json[0].GetProperty("name").GetString(), json[0].GetProperty("usable").GetBoolean()).ShouldBe(("out", false));
    }

    [Fact]
    public async Task Doctor_repairs_only_when_it_is_asked_to_and_no_dry_run()
    {
        Doctor(Finding.Trim().Replace("\"fixed\":false,\"done\":null", "\"fixed\":true,\"done\":\"Fetched again.\""), Result(findings: 1, repaired: 1, remaining: 0));
        (await Cli.RunAsync("doctor", "--fix", "--dry-run")).Exit.ShouldBe(ExitCode.Done);
        LastExamination.Query.ShouldBe("?fix=false");
        var result = await Cli.RunAsync("doctor", "--fix", "--json");
        LastExamination.Query.ShouldBe("?fix=true");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        var lines = result.Lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        lines.ShouldAllBe(line => line.GetProperty("schemaVersion").GetInt32() == 1);
        lines[0].GetProperty("done").GetString().ShouldBe("Fetched again.");
        lines[^1].GetProperty("fixed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_examination_that_breaks_off_is_no_good_news()
    {
        Doctor(Progress);
        var result = await Cli.RunAsync("doctor");
        result.Exit.ShouldBe(ExitCode.Failed);
        result.Error.ShouldContain("client.doctor.failed");
    }

    [Theory]
    [InlineData("--rebuild")]
    [InlineData("--rebuild", "--fix", "--data", "x")]
    public async Task A_rebuild_needs_a_folder_and_goes_without_repairs(params string[] options) =>
        (await Cli.RunAsync(["doctor", .. options])).Exit.ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task Versions_are_a_line_each_for_pipes_and_one_object_for_programs()
    {
        Versions();
        (await Cli.RunAsync("versions")).Lines.ShouldBe(["Notes\t1.0.0\t3\t1\t2048\t4\tcommunity\t1.1.0", "Feed\t2.0.0\t0\t0\tnot in the store\t0\t\t"]);
        (await Cli.RunAsync("versions", "notes")).Lines.Count.ShouldBe(1);
        var json = (await Cli.RunAsync("versions", "--json")).Json;
        json.GetProperty("versions")[0].GetProperty("updateTo").GetString().ShouldBe("1.1.0");
    }

    [Fact]
    public async Task Users_of_a_version_are_read_page_by_page()
    {
        Server.On("GET", "/api/v1/plugins/system/versions/Notes/1.0.0/users", async context => await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            context.Response, context.Request.Query.ContainsKey("cursor")
                ? """{"users":[{"user_id":"b","slot":"rollback"}],"next_cursor":null}"""
                : """{"users":[{"user_id":"a","slot":"installed"}],"next_cursor":"a/1"}"""));
        (await Cli.RunAsync("versions", "Notes", "--users", "1.0.0")).Lines.ShouldBe(["a\tinstalled", "b\trollback"]);
        Server.Last.Query.ShouldContain("cursor=a%2F1");
        (await Cli.RunAsync("versions", "--users", "1.0.0")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Versions_are_for_administrators()
    {
        Server.Fails("GET", "/api/v1/plugins/system/versions", 403, "auth.forbidden");
        (await Cli.RunAsync("versions")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    private void Versions() => Server.On("GET", "/api/v1/plugins/system/versions", 200, """
        {"versions":[
          {"plugin_slug":"Notes","version":"1.0.0","in_store":true,"digest":"d","trust_level":"community","bytes":2048,"files":4,"users":3,"rollback_slots":1,"update_to":"1.1.0"},
          {"plugin_slug":"Feed","version":"2.0.0","in_store":false,"bytes":0,"files":0,"users":0,"rollback_slots":0}],"total_bytes":2048}
        """);

    private SeenRequest LastExamination => Server.Requests.Last(request => request.Path.EndsWith("/doctor", StringComparison.Ordinal));

    private void Doctor(params string[] lines) =>
        Server.On("POST", "/api/v1/plugins/system/doctor", 200, string.Join('\n', lines) + "\n", "application/x-ndjson");

    private static string Result(int findings, int repaired, int remaining) =>
        $$"""{"type":"result","findings":{{findings}},"fixed":{{repaired}},"remaining":{{remaining}},"notes":0,"rebuilt":0}""";
}
