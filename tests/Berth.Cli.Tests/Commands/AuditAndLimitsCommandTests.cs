using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>audit verify, limits.</summary>
public sealed class AuditAndLimitsCommandTests : ScriptedServerTests
{
    private const string Ada = "0123456789abcdef0123456789abcdef";
    private const string Head = "42:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public async Task An_intact_audit_ends_with_0_and_its_head()
    {
        Serve("""{"type":"progress","seals":1,"rows":3}""", $$"""{"type":"verdict","intact":true,"seals":1,"rows":3,"unsealed":0,"cut_up_to":0,"head":"{{Head}}"}""");
        var result = await Cli.RunAsync("audit", "verify", "--expect", Head);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("3 rows under 1 seals");
        result.Error.ShouldContain(Head);
        Uri.UnescapeDataString(Server.Last.Query).ShouldBe($"?expect={Head}");
    }

    [Fact]
    public async Task A_changed_audit_ends_with_7_and_says_where()
    {
        Serve("""{"type":"fault","code":"audit.rows_changed","from":4,"to":6,"message":"A row is not what it was."}""", """{"type":"verdict","intact":false,"seals":2,"rows":6,"unsealed":0,"cut_up_to":0,"head":null}""");
        var result = await Cli.RunAsync("audit", "verify");
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Out.ShouldContain("4 to 6: A row is not what it was. (audit.rows_changed)");
        var lines = (await Cli.RunAsync("audit", "verify", "--json")).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.ShouldAllBe(line => line.GetProperty("schemaVersion").GetInt32() == 1);
        lines[0].GetProperty("code").GetString().ShouldBe("audit.rows_changed");
        lines[^1].GetProperty("intact").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"type":"progress","seals":1,"rows":3}""", "client.audit.unfinished")]
    [InlineData("<html>", "client.answer.unreadable")]
    public async Task A_verification_that_breaks_off_is_no_good_news(string line, string code)
    {
        Serve(line);
        var result = await Cli.RunAsync("audit", "verify");
        result.Exit.ShouldBe(ExitCode.Failed);
        result.Error.ShouldContain(code);
    }

    [Fact]
    public async Task Limits_are_listed_with_who_has_others()
    {
        Server.On("GET", "/api/v1/rate-limits", 200,
            $$"""{"enabled":false,"policies":[{"category":"api","rule":"100/60"},{"category":"admin","rule":"10/300"}],"overrides":[{"user_id":"{{Ada}}","limits":{"api":"1000/60"},"reason":"a demo","expires_at":null}]}""");
        var result = await Cli.RunAsync("limits", "list");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines[0].ShouldStartWith("everybody\tapi=100/60 admin=10/300");
        result.Lines[1].ShouldBe($"{Ada}\tapi=1000/60\tfor good\ta demo");
        result.Error.ShouldContain("rate limits are off");
    }

    [Fact]
    public async Task Limits_are_set_for_a_user_and_taken_back()
    {
        Server.On("PUT", $"/api/v1/rate-limits/overrides/{Ada}", 200, $$"""{"dry_run":false,"override":{"user_id":"{{Ada}}","limits":{"api":"1000/60","quota.bytes":"5"},"reason":"a demo"} }""");
        Server.On("DELETE", $"/api/v1/rate-limits/overrides/{Ada}", 200, $$"""{"dry_run":false,"removed":"{{Ada}}"}""");
        var set = await Cli.RunAsync("limits", "set", Ada, "api=1000/60", "quota.bytes=5", "--reason", "a demo", "--expires-in-days", "3");
        set.Exit.ShouldBe(ExitCode.Done, set.Error);
        var body = JsonDocument.Parse(Server.Last.Text).RootElement;
        body.GetProperty("limits").GetProperty("quota.bytes").GetString().ShouldBe("5");
        body.GetProperty("reason").GetString().ShouldBe("a demo");
        body.GetProperty("expires_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddDays(3), TimeSpan.FromHours(1));

        (await Cli.RunAsync("limits", "remove", Ada, "--dry-run")).Exit.ShouldBe(ExitCode.Done);
        (Server.Last.Method, Server.Last.Query).ShouldBe(("DELETE", "?dry_run=true"));
        (await Cli.RunAsync("limits", "set", Ada, "api", "--reason", "x")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("limits", "set", Ada, "api=1/1")).Exit.ShouldBe(ExitCode.Usage, "why is asked for");
    }

    [Theory]
    [InlineData("token:0123456789abcdef0123456789abcdef")]
    [InlineData("address:10.0.0.0/8")]
    [InlineData("address:2001:db8::/48")]
    public async Task Tokens_and_networks_are_named_as_they_are(string who)
    {
        Server.On("PUT", $"/api/v1/rate-limits/overrides/{who.Replace("/", "%2F", StringComparison.Ordinal)}", 200, $$"""{"dry_run":false,"override":{"user_id":"{{who}}","limits":{"api":"1000/60"},"reason":"a demo"} }""");
        var set = await Cli.RunAsync("limits", "set", who, "api=1000/60", "--reason", "a demo", "--json");
        set.Exit.ShouldBe(ExitCode.Done, set.Error);
        set.Json.GetProperty("userId").GetString().ShouldBe(who);
    }

    private void Serve(params string[] lines) => Server.On("GET", "/api/v1/audit/verify", async context =>
    {
        context.Response.ContentType = "application/x-ndjson";
        await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, string.Join('\n', lines) + "\n");
    });
}
