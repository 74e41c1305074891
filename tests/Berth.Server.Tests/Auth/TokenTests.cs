using System.Net.Http.Headers;

namespace Berth.Server.Tests.Auth;

public sealed class TokenTests(TokenTests.Shared shared) : IClassFixture<TokenTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_token_that_was_created_works_and_its_secret_is_shown_once()
    {
        var ana = await _server.CreateUserAsync();
        using var created = await ana.Client.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "build", scopes = new[] { "read" }, expires_in_days = 5 });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = await created.Content.ReadFromJsonAsync<JsonElement>();
        var secret = token.GetProperty("token").GetString()!;
        secret.ShouldStartWith("berth_pat_");

        (await _server.Host(secret).GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var list = await ana.Client.GetStringAsync("/api/v1/auth/tokens");
        list.ShouldContain("build");
        list.ShouldNotContain(secret);
        list.ShouldNotContain("hash");
    }

    [Fact]
    public async Task A_revoked_token_stops_working_at_once_also_when_it_is_warm()
    {
        var ana = await _server.CreateUserAsync();
        var secret = await ana.CreateTokenAsync("read");
        using var client = _server.Host(secret);
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var list = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/tokens");
        var id = list.GetProperty("tokens").EnumerateArray().Single(token => token.GetProperty("name").GetString() == "limited").GetProperty("id").GetString();

        (await ana.Client.DeleteAsync($"/api/v1/auth/tokens/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var refused = await client.GetAsync("/api/v1/auth/me");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        using var again = await ana.Client.DeleteAsync($"/api/v1/auth/tokens/{id}");
        await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "token.unknown");
    }

    [Fact]
    public async Task R25_Another_users_token_cannot_be_revoked_or_seen()
    {
        var ana = await _server.CreateUserAsync();
        var mallory = await _server.CreateUserAsync();
        await ana.CreateTokenAsync("read");
        var id = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/tokens")).GetProperty("tokens")[0].GetProperty("id").GetString()!;

        using var refused = await mallory.Client.DeleteAsync($"/api/v1/auth/tokens/{id}");
        await refused.ShouldBeProblemAsync(HttpStatusCode.NotFound, "token.unknown");
        (await mallory.Client.GetStringAsync("/api/v1/auth/tokens")).ShouldNotContain(id);
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_ends_with_its_last_day_also_when_it_is_warm()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var ana = await server.CreateUserAsync();
        using var created = await ana.Client.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "short", expires_in_days = 1 });
        using var client = server.Host((await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(20));
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromSeconds(21));

        using var refused = await client.GetAsync("/api/v1/auth/me");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{\"name\":\"x\",\"scopes\":[\"write\"]}", HttpStatusCode.Forbidden, "auth.scope")]
    [InlineData("{\"name\":\"x\",\"scopes\":[\"everything\"]}", HttpStatusCode.BadRequest, "token.scope")]
    [InlineData("{\"name\":\"x\",\"expires_in_days\":0}", HttpStatusCode.BadRequest, "token.expiry")]
    [InlineData("{\"name\":\"x\",\"expires_in_days\":100000}", HttpStatusCode.BadRequest, "token.expiry")]
    [InlineData("{\"scopes\":[\"publish\"]}", HttpStatusCode.BadRequest, "token.name")]
    public async Task A_token_never_creates_one_that_permits_more(string body, HttpStatusCode status, string code)
    {
        // A token for administration of a user who is none, cut down to publishing.
        var ana = await _server.CreateUserAsync();
        var secret = await ana.CreateTokenAsync(code == "auth.scope" ? ["publish"] : []);
        using var client = _server.Host(secret);
        using var refused = await client.PostAsync("/api/v1/auth/tokens", new StringContent(body, Encoding.UTF8, "application/json"));
        await refused.ShouldBeProblemAsync(status, code == "auth.scope" ? "auth.scope" : code);
    }

    [Fact]
    public async Task Asking_for_no_scopes_with_a_limited_token_does_not_lift_the_limit()
    {
        var ana = await _server.CreateUserAsync();
        using var limited = _server.Host(await ana.CreateTokenAsync("write"));
        using var created = await limited.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "more", scopes = Array.Empty<string>() });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["write"]);
    }

    [Fact]
    public async Task Signing_out_with_a_token_ends_it()
    {
        var ana = await _server.CreateUserAsync();
        using var client = _server.Host(await ana.CreateTokenAsync("read"));
        (await client.PostAsync("/api/v1/auth/logout", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("bearer berth_pat_x y")]
    [InlineData("Digest x")]
    public async Task Anything_but_a_bearer_token_is_no_identity(string header)
    {
        using var client = _server.Host(token: null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using var refused = await client.GetAsync("/api/v1/auth/me");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task The_administrators_token_of_former_settings_no_longer_works()
    {
        await using var server = await TestServer.StartAsync();
        await server.RestartAsync(settings => settings with { AdminToken = "berth_pat_the-new-one" });
        (await server.Host().GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Host("berth_pat_the-new-one").GetAsync("/api/v1/admin/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.RestartAsync(settings => settings with { AdminToken = null });
        (await server.Host("berth_pat_the-new-one").GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Secrets_are_in_no_log_and_only_as_hashes_in_the_database()
    {
        var log = new LogCapture();
        await using var server = await TestServer.StartAsync(configure: log.Attach);
        server.Server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Berth.Server").Log(LogLevel.Trace, "the log is captured");
        await server.PublishAsync(TestPackages.FrontEnd());
        using var admin = server.Host();
        var name = $"user-{Guid.NewGuid():N}";
        const string Password = "correct-horse-battery";
        (await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = name, password = Password })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var ana = await server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        var address = await ana.AddressOfAsync("Clock", TestPackages.Script);
        (await server.Host(token: null).GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var login = await server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = name, password = Password });
        var signedIn = await login.Content.ReadFromJsonAsync<JsonElement>();
        var session = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
        (await server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = name, password = Password + "!" })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var link = await admin.PostAsync("/api/v1/admin/signin-links", null);
        var code = (await link.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!.Split('/')[^1];
        (await server.Host(token: null).GetAsync($"/signin/{code}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var wrong = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/"))
        {
            wrong.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ana.Token + "x");
            (await server.Host(token: null).SendAsync(wrong)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        string[] secrets =
        [
            TestServer.AdminToken, ana.Token, Password, session, code,
            signedIn.GetProperty("token").GetString()!, signedIn.GetProperty("antiforgery").GetString()!,
            address.Split('~')[1].Split('/')[0],
        ];
        var text = log.Text;
        text.ShouldContain("the log is captured");
        foreach (var secret in secrets)
            text.ShouldNotContain(secret, Case.Sensitive);
        await server.StopAsync();
        var bytes = string.Concat(Directory.EnumerateFiles(server.DataDirectory, "*.db*").Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        bytes.Length.ShouldBeGreaterThan(4096, "the database must have been found");
        foreach (var secret in secrets)
            bytes.ShouldNotContain(secret, Case.Sensitive);
    }

    public sealed class Shared : ServerFixture;
}
