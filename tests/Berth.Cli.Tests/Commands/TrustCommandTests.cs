using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class TrustCommandTests : ScriptedServerTests
{
    private const string Trust = "/api/v1/plugins/Notes/trust";

    [Fact]
    public async Task Show_explains_the_score_and_what_holds_the_plugin_back()
    {
        Server.On("GET", Trust, 200, """
            {"slug":"Notes","level":"quarantined","decided":"verified","changes_at":"2027-01-01T00:00:00Z",
             "quarantines":[{"id":"q1","kind":"plugin","subject":"Notes","reason":"It mines."}],
             "violations":[{"id":"v1","kind":"malware","severity":"high","action":"warn","reason":"Seen."}],
             "assessment":{"score":12,"terms":[{"source":"age","points":3,"most":10,"explanation":"54 days."}],"not_assessed":["scan"]},"decisions":[]}
            """);
        var result = await Cli.RunAsync("trust", "show", "Notes");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Notes: quarantined");
        result.Out.ShouldContain("It mines. (q1)");
        result.Out.ShouldContain("violation malware (high, warn): Seen.");
        result.Out.ShouldContain("score: 12 of 100");
        result.Out.ShouldContain("age: 3 of 10. 54 days.");
        result.Out.ShouldContain("not assessed by this registry: scan");
        (await Cli.RunAsync("trust", "show", "Notes", "--json")).Json.GetProperty("answer").GetProperty("level").GetString().ShouldBe("quarantined");
    }

    [Fact]
    public async Task Set_sends_level_reason_and_expiry_and_a_dry_run_only_asks()
    {
        Server.On("PUT", Trust, 200, """{"slug":"Notes","level":"verified","previous":"community"}""");
        var result = await Cli.RunAsync("trust", "set", "Notes", "verified", "--reason", "Read it.", "--expires", "30d");
        result.Out.ShouldContain("Notes is verified; it was community.");
        Sent().GetProperty("reason").GetString().ShouldBe("Read it.");
        (Sent().GetProperty("expires").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays.ShouldBeInRange(29, 31);
        (await Cli.RunAsync("trust", "set", "Notes", "verified", "--reason", "x", "--dry-run")).Out.ShouldContain("would be");
        Server.Last.Query.ShouldBe("?dry_run=true");
        (await Cli.RunAsync("trust", "set", "Notes", "verified", "--reason", "x", "--expires", "soon")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("trust", "set", "Notes", "super", "--reason", "x")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("trust", "set", "Notes", "verified")).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task History_and_requests_are_tables()
    {
        Server.On("GET", Trust + "/history", 200, """{"slug":"Notes","level":"verified","decisions":[{"at":"2027-01-01T00:00:00Z","level":"verified","in_force":true,"expires_at":null,"decided_by":"u1","reason":"Read."}]}""");
        Server.On("GET", "/api/v1/trust/requests", 200, """{"requests":[{"id":"r1","slug":"Notes","level":"verified","state":"open","reason":"Good.","requested_at":"2027-01-01T00:00:00Z"}],"next_cursor":null}""");
        (await Cli.RunAsync("trust", "history", "Notes")).Out.ShouldContain("verified\tyes");
        (await Cli.RunAsync("trust", "requests")).Out.ShouldContain("r1\tNotes\tverified\topen");
        Server.Last.Query.ShouldContain("state=open");
    }

    [Fact]
    public async Task A_request_is_made_and_answered_and_a_refusal_keeps_its_exit_code()
    {
        Server.On("POST", Trust + "/requests", 201, """{"id":"r1","slug":"Notes","level":"verified","state":"open"}""");
        Server.On("POST", "/api/v1/trust/requests/r1/approve", 200, """{"id":"r1","slug":"Notes","level":"verified","state":"approved"}""");
        Server.Fails("POST", "/api/v1/trust/requests/r1/reject", 403, "trust.own_request");
        (await Cli.RunAsync("trust", "request", "Notes", "verified", "--reason", "Good.")).Out.ShouldContain("request r1");
        (await Cli.RunAsync("trust", "approve", "r1", "--reason", "Read.")).Out.ShouldContain("approved");
        (await Cli.RunAsync("trust", "reject", "r1", "--reason", "x")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task Quarantine_lists_sets_and_lift_lifts()
    {
        Server.On("GET", "/api/v1/trust/quarantines", 200, """{"quarantines":[{"id":"q1","kind":"version","subject":"Notes@1.0.0","reason":"It mines.","expires_at":null}],"restrictions":[],"policies":[]}""");
        Server.On("POST", "/api/v1/trust/quarantines", 201, """{"id":"q2","kind":"plugin","subject":"Notes"}""");
        Server.On("DELETE", "/api/v1/trust/quarantines/q2", 200, """{"id":"q2","subject":"Notes"}""");
        Server.On("DELETE", "/api/v1/trust/violations/v1", 200, """{"id":"v1","slug":"Notes"}""");
        (await Cli.RunAsync("trust", "quarantine")).Out.ShouldContain("q1\tversion\tNotes@1.0.0");
        (await Cli.RunAsync("trust", "quarantine", "plugin", "Notes", "--reason", "It mines.")).Out.ShouldContain("q2");
        (await Cli.RunAsync("trust", "quarantine", "plugin", "Notes")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("trust", "lift", "q2", "--reason", "over & out")).Out.ShouldContain("Notes is lifted");
        Server.Last.Query.ShouldContain("over%20%26%20out");
        (await Cli.RunAsync("trust", "lift", "v1", "--violation", "--reason", "x")).Out.ShouldContain("violation of Notes is lifted");
    }

    [Fact]
    public async Task A_removal_wants_to_be_confirmed()
    {
        Server.On("POST", Trust + "/violations", 201, """{"id":"v1","slug":"Notes"}""");
        string[] removal = ["trust", "violation", "Notes", "malware", "--action", "remove", "--severity", "critical", "--reason", "It mines."];
        (await Cli.RunAsync(removal)).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync([.. removal, "--yes"])).Out.ShouldContain("recorded (remove)");
        Sent().GetProperty("severity").GetString().ShouldBe("critical");
    }

    [Fact]
    public async Task Policy_shows_or_changes_from_a_file()
    {
        Server.On("GET", "/api/v1/trust/policies/community", 200, """{"level":"community","policy":{"capability_ceiling":null,"cool_down_seconds":0},"is_default":true}""");
        Server.On("PUT", "/api/v1/trust/policies/community", 200, """{"level":"community"}""");
        (await Cli.RunAsync("trust", "policy", "community")).Out.ShouldContain("capability_ceiling: all");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, """{"cool_down_seconds":60}""");
        try
        {
            (await Cli.RunAsync("trust", "policy", "community", "--set", file)).Exit.ShouldBe(ExitCode.Usage);
            (await Cli.RunAsync("trust", "policy", "community", "--set", file, "--reason", "Slower.")).Out.ShouldContain("in force");
            Sent().GetProperty("policy").GetProperty("cool_down_seconds").GetInt32().ShouldBe(60);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private JsonElement Sent() => JsonSerializer.Deserialize<JsonElement>(Server.Requests.Last(request => request.Body.Length > 0).Text);
}
