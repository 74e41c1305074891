namespace Berth.Server.Tests.Auth;

public sealed class ActingForTests(ActingForTests.Shared shared) : IClassFixture<ActingForTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task An_administrator_installs_for_a_user_and_both_are_in_the_audit()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        var adminId = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetString();
        admin.DefaultRequestHeaders.Add("Berth-User", ana.Id);

        (await admin.PostAsJsonAsync("/api/v1/plugins/Clock/install", new { })).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await ana.Client.GetStringAsync("/api/v1/plugins/")).ShouldContain($"{ana.Id}_Clock");
        (await _server.CountAsync("audit WHERE user_id = @user AND actor_id = @actor AND action = 'plugin.install'", new { user = ana.Id, actor = adminId })).ShouldBe(1);
        (await _server.CountAsync("plugin WHERE user_id = @adminId", new { adminId })).ShouldBe(0);
    }

    [Fact]
    public async Task The_plugins_endpoint_sees_the_user_not_the_administrator()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        using var admin = _server.Host();
        admin.DefaultRequestHeaders.Add("Berth-User", ana.Id);
        (await admin.GetStringAsync("/p/Echo/me")).ShouldBe(ana.Id);
    }

    [Fact]
    public async Task Who_made_a_user_is_in_the_audit()
    {
        using var admin = _server.Host();
        var adminId = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetString();
        var ana = await _server.CreateUserAsync();

        (await _server.CountAsync("audit WHERE actor_id = @actor AND action = 'user.create' AND subject = @user", new { user = ana.Id, actor = adminId })).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_an_administrator_makes_for_a_user_names_both_in_the_audit()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        var adminId = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetString();
        admin.DefaultRequestHeaders.Add("Berth-User", ana.Id);
        using var created = await admin.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "for ana" });
        var token = await created.Content.ReadFromJsonAsync<JsonElement>();
        (await admin.DeleteAsync($"/api/v1/auth/tokens/{token.GetProperty("id").GetString()}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        foreach (var action in new[] { "token.create", "token.revoke" })
        {
            (await _server.CountAsync("audit WHERE user_id = @user AND actor_id = @actor AND action = @action AND subject = @token",
                new { user = ana.Id, actor = adminId, action, token = token.GetProperty("id").GetString() })).ShouldBe(1, action);
        }
    }

    [Fact]
    public async Task An_administrator_reads_a_users_files_in_the_users_version()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        using var admin = _server.Host();
        (await admin.GetAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        admin.DefaultRequestHeaders.Add("Berth-User", ana.Id);
        (await admin.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldContain("='1.0.0'");
    }

    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("nobody")]
    [InlineData("../../etc")]
    public async Task An_unknown_user_is_404(string id)
    {
        using var admin = _server.Host();
        admin.DefaultRequestHeaders.Add("Berth-User", id);
        using var response = await admin.GetAsync("/api/v1/plugins/info/info");
        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "user.unknown");
    }

    [Fact]
    public async Task An_administrators_limited_token_does_not_act_for_others()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        using var created = await admin.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "limited", scopes = new[] { "write" } });
        using var limited = _server.Host((await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        limited.DefaultRequestHeaders.Add("Berth-User", ana.Id);
        using var response = await limited.PostAsJsonAsync("/api/v1/plugins/Clock/install", new { });
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd(), Golden.Package("Echo"));
    }
}
