using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class UsersAndTokensTests : ScriptedServerTests
{
    [Fact]
    public async Task Users_are_listed_over_all_pages()
    {
        Server.On("GET", "/api/v1/admin/users", async context => await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            context.Response,
            context.Request.Query["cursor"] == "b"
                ? """{"users":[{"id":"2","username":"ben","roles":[],"created_at":"2026-01-02T00:00:00Z"}],"next_cursor":null}"""
                : """{"users":[{"id":"1","username":"ana","roles":["admin"],"created_at":"2026-01-01T00:00:00Z"}],"next_cursor":"b"}"""));
        (await Cli.RunAsync("users", "list")).Lines.ShouldBe(["1\tana\tadmin\t2026-01-01", "2\tben\t\t2026-01-02"]);
    }

    [Fact]
    public async Task A_new_user_s_token_is_the_data_on_stdout()
    {
        Server.On("POST", "/api/v1/admin/users", 201, """{"id":"1","username":"ana","token":"berth_pat_ana"}""");
        var result = await Cli.RunAsync("users", "add", "ana", "--role", "admin");
        result.Out.Trim().ShouldBe("berth_pat_ana");
        Server.Last.Text.ShouldBe("""{"username":"ana","roles":["admin"]}""");
    }

    [Fact]
    public async Task A_name_that_is_taken_ends_with_6()
    {
        Server.Fails("POST", "/api/v1/admin/users", 409, "user.exists");
        (await Cli.RunAsync("users", "add", "ana")).Exit.ShouldBe(ExitCode.Conflict);
    }

    [Fact]
    public async Task Many_users_come_as_a_JSON_line_each()
    {
        Server.On("POST", "/api/v1/admin/users/bulk", 200, "{\"id\":\"1\",\"username\":\"u1\",\"token\":\"t1\"}\n{\"id\":\"2\",\"username\":\"u2\",\"token\":\"t2\"}\n", "application/x-ndjson");
        var result = await Cli.RunAsync("users", "add-many", "--count", "2", "--json");
        result.Lines.Count.ShouldBe(2);
        result.Lines.ShouldAllBe(line => line.StartsWith("{\"schemaVersion\":1,", StringComparison.Ordinal));
        Server.Last.Text.ShouldBe("""{"count":2}""");
    }

    [Fact]
    public async Task A_stream_that_ends_with_an_error_ends_with_10_after_those_that_were_made()
    {
        Server.On("POST", "/api/v1/admin/users/bulk", 200, "{\"id\":\"1\",\"username\":\"a\",\"token\":\"t1\"}\n{\"error\":{\"code\":\"user.exists\",\"message\":\"b is taken\"}}\n", "application/x-ndjson");
        var result = await Cli.RunAsync("users", "add-many", "a", "b");
        result.Exit.ShouldBe(ExitCode.Partly);
        result.Lines.Count.ShouldBe(1);
        result.Error.ShouldContain("b is taken");
    }

    [Fact]
    public async Task A_sign_in_link_is_the_data_on_stdout()
    {
        Server.On("POST", "/api/v1/admin/signin-links", 201, """{"link":"http://h/signin/c","expires_at":"2026-01-01T00:00:00Z"}""");
        (await Cli.RunAsync("users", "link", "--quiet")).ShouldBe(new CliResult(ExitCode.Done, "http://h/signin/c\n", ""));
    }

    [Fact]
    public async Task Making_users_and_tokens_sends_nothing_in_a_dry_run()
    {
        foreach (var command in new[] { "users add ana", "users add-many --count 3", "tokens create ci", "tokens revoke 1", "users link" })
        {
            var result = await Cli.RunAsync([.. command.Split(' '), "--dry-run", "--json"]);
            result.Exit.ShouldBe(ExitCode.Done);
            result.Json.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        }

        Server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"tokens":[{"id":"1","name":"ci","scopes":["read"],"expires_at":"2027-01-01T00:00:00Z"}]}""")]
    [InlineData("""[{"id":"1","name":"ci","scopes":["read"],"expires_at":"2027-01-01T00:00:00Z"}]""")]
    public async Task Tokens_are_listed_without_their_secrets(string answer)
    {
        Server.On("GET", "/api/v1/auth/tokens", 200, answer);
        (await Cli.RunAsync("tokens", "list")).Lines.ShouldBe(["1\tci\tread\t2027-01-01\t"]);
    }

    [Fact]
    public async Task A_token_is_made_with_scopes_and_an_end_and_printed_once()
    {
        Server.On("POST", "/api/v1/auth/tokens", 201, """{"id":"1","name":"ci","token":"berth_pat_ci","expires_at":"2027-01-01T00:00:00Z"}""");
        (await Cli.RunAsync("tokens", "create", "ci", "--scope", "read", "--expires-in-days", "30", "--quiet")).ShouldBe(new CliResult(ExitCode.Done, "berth_pat_ci\n", ""));
        Server.Last.Text.ShouldBe("""{"name":"ci","scopes":["read"],"expires_in_days":30}""");
    }

    [Fact]
    public async Task A_token_is_revoked_by_its_id()
    {
        Server.On("DELETE", "/api/v1/auth/tokens/1", 204, "");
        (await Cli.RunAsync("tokens", "revoke", "1")).Exit.ShouldBe(ExitCode.Done);
    }
}
