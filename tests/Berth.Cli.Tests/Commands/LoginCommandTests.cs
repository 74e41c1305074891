using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

/// <summary>login and logout.</summary>
public sealed class LoginCommandTests : ScriptedServerTests
{
    private const string Me = """{"id":"u1","username":"ana","roles":["admin"],"scopes":[]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_one_time_link_signs_in_also_from_standard_input(bool fromInput)
    {
        Fresh();
        Server.On("POST", "/api/v1/auth/signin", 200, """{"token":"berth_pat_new","user":{"id":"u1","username":"ana"}}""").On("GET", "/api/v1/auth/me", 200, Me);
        var link = $"{Server.Address}/signin/code-1";
        Cli.Input = link + "\n";
        var result = await Cli.RunAsync("login", fromInput ? "-" : link);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        Server.Requests.First().Text.ShouldBe("""{"code":"code-1"}""");
        StoredToken().ShouldBe("berth_pat_new");
        (result.Out + result.Error).ShouldNotContain("berth_pat_new");
    }

    [Theory]
    [InlineData("berth_pat_mine")]
    [InlineData("-")]
    public async Task A_token_is_tried_before_it_is_kept(string given)
    {
        Fresh(Server.Address);
        Server.On("GET", "/api/v1/auth/me", 200, Me);
        Cli.Input = "berth_pat_mine\n";
        var result = await Cli.RunAsync("login", "--token", given);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        Server.Last.Headers.Authorization.ToString().ShouldBe("Bearer berth_pat_mine");
        StoredToken().ShouldBe("berth_pat_mine");
    }

    [Fact]
    public async Task A_token_that_does_not_work_is_not_kept()
    {
        Fresh(Server.Address);
        Server.Fails("GET", "/api/v1/auth/me", 401, "auth.required");
        (await Cli.RunAsync("login", "--token", "wrong")).Exit.ShouldBe(ExitCode.NotAllowed);
        File.Exists(Cli.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_password_is_asked_for_on_a_terminal_and_never_shown()
    {
        Fresh(Server.Address);
        Server.On("POST", "/api/v1/auth/login", 200, """{"token":"t","user":{"id":"u1","username":"ana"}}""").On("GET", "/api/v1/auth/me", 200, Me);
        Cli.IsTerminal = true;
        Cli.Secret = "correct horse";
        var result = await Cli.RunAsync("login", "--username", "ana");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        Server.Requests.First().Text.ShouldBe("""{"username":"ana","password":"correct horse"}""");
        (result.Out + result.Error).ShouldNotContain("correct horse");
    }

    [Fact]
    public async Task A_password_comes_from_standard_input_with_a_dash_and_without_a_terminal_it_must()
    {
        Fresh(Server.Address);
        Server.On("POST", "/api/v1/auth/login", 200, """{"token":"t"}""").On("GET", "/api/v1/auth/me", 200, Me);
        (await Cli.RunAsync("login", "--username", "ana")).Exit.ShouldBe(ExitCode.Usage);
        Cli.Input = "from a pipe\n";
        (await Cli.RunAsync("login", "--username", "ana", "-")).Exit.ShouldBe(ExitCode.Done);
        Server.Requests.First().Text.ShouldContain("from a pipe");
    }

    [Fact]
    public async Task A_profile_is_made_by_signing_in_and_used_by_its_name()
    {
        Fresh(Server.Address);
        Server.On("GET", "/api/v1/auth/me", 200, Me).On("GET", "/api/v1/plugins/", 200, """{"plugins":[]}""");
        (await Cli.RunAsync("login", "--profile", "work", "--token", "w")).Exit.ShouldBe(ExitCode.Done);
        Fresh();
        (await Cli.RunAsync("list", "--profile", "work")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Headers.Authorization.ToString().ShouldBe("Bearer w");
    }

    [Fact]
    public async Task Tokens_that_others_can_read_are_warned_of()
    {
        Fresh(Server.Address);
        Server.On("GET", "/api/v1/auth/me", 200, Me).On("GET", "/api/v1/plugins/", 200, """{"plugins":[]}""");
        await Cli.RunAsync("login", "--token", "t");
        (await Cli.RunAsync("list")).Error.ShouldNotContain("chmod");
        File.SetUnixFileMode(Cli.CredentialsFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (await Cli.RunAsync("list")).Error.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task What_is_no_link_is_a_usage_error()
    {
        Fresh();
        (await Cli.RunAsync("login", "http://somewhere/else")).Exit.ShouldBe(ExitCode.Usage);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_out_ends_the_token_on_the_server_when_signing_in_had_made_it()
    {
        Fresh();
        Server.On("POST", "/api/v1/auth/signin", 200, """{"token":"t"}""").On("GET", "/api/v1/auth/me", 200, Me).On("POST", "/api/v1/auth/logout", 204, "");
        await Cli.RunAsync("login", $"{Server.Address}/signin/c");
        (await Cli.RunAsync("logout")).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Path.ShouldBe("/api/v1/auth/logout");
        JsonDocument.Parse(await File.ReadAllTextAsync(Cli.CredentialsFile)).RootElement.GetProperty("tokens").EnumerateObject().ShouldBeEmpty();
        (await Cli.RunAsync("logout")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task Signing_out_leaves_a_token_of_ones_own_alone_on_the_server()
    {
        Fresh(Server.Address);
        Server.On("GET", "/api/v1/auth/me", 200, Me);
        await Cli.RunAsync("login", "--token", "mine");
        var result = await Cli.RunAsync("logout", "--json");
        result.Json.GetProperty("endedOnServer").GetBoolean().ShouldBeFalse();
        Server.Requests.ShouldNotContain(request => request.Path.EndsWith("logout", StringComparison.Ordinal));
    }

    private void Fresh(string? server = null)
    {
        Cli["BERTH_TOKEN"] = null;
        Cli["BERTH_SERVER"] = server;
    }

    private string? StoredToken() => JsonDocument.Parse(File.ReadAllText(Cli.CredentialsFile)).RootElement
        .GetProperty("tokens").GetProperty("default").GetProperty("token").GetString();
}
