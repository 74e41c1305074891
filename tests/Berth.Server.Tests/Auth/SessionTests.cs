namespace Berth.Server.Tests.Auth;

public sealed class SessionTests(SessionTests.Shared shared) : IClassFixture<SessionTests.Shared>
{
    private const string Password = "correct-horse-battery";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_password_signs_in_with_a_cookie_that_scripts_cannot_read()
    {
        var (client, _, cookie) = await SignInAsync();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_write_with_the_cookie_needs_the_antiforgery_token()
    {
        var (client, antiforgery, _) = await SignInAsync();
        using (var refused = await client.PostAsJsonAsync("/api/v1/plugins/Clock/install", new { }))
            await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.antiforgery");
        using (var wrong = new HttpRequestMessage(HttpMethod.Post, "/api/v1/plugins/Clock/install"))
        {
            wrong.Headers.Add("Berth-Antiforgery", antiforgery[..^1] + (antiforgery[^1] == 'a' ? 'b' : 'a'));
            using var refused = await client.SendAsync(wrong);
            await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.antiforgery");
        }

        using var right = new HttpRequestMessage(HttpMethod.Post, "/api/v1/plugins/Clock/install");
        right.Headers.Add("Berth-Antiforgery", antiforgery);
        (await client.SendAsync(right)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_antiforgery_token_can_be_asked_for_again()
    {
        var (client, antiforgery, _) = await SignInAsync();
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("antiforgery").GetString().ShouldBe(antiforgery);
    }

    [Fact]
    public async Task A_sessions_secret_is_no_bearer_token_and_a_token_is_no_session()
    {
        var (_, _, cookie) = await SignInAsync();
        var session = cookie.Split(';')[0].Split('=', 2)[1];
        (await _server.Host(session).GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var client = _server.Host(token: null);
        client.DefaultRequestHeaders.Add("Cookie", $"berth_session={TestServer.AdminToken}");
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        var (client, antiforgery, _) = await SignInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/logout");
        request.Headers.Add("Berth-Antiforgery", antiforgery);
        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer(bool known)
    {
        var name = known ? await CreateAsync() : "nobody-of-this-name";
        using var response = await _server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = name, password = "not-the-password" });
        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.login");
        problem.GetProperty("detail").GetString().ShouldBe("The name or the password is wrong.");
    }

    [Fact]
    public async Task The_one_time_link_signs_in_once_and_never_by_GET()
    {
        using var anonymous = _server.Host(token: null);
        var link = await LinkAsync();
        for (var i = 0; i < 3; i++)
        {
            using var page = await anonymous.GetAsync(link);
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            page.Headers.Contains("Set-Cookie").ShouldBeFalse();
            (await page.Content.ReadAsStringAsync()).ShouldNotContain("berth_pat_");
        }

        using (var used = await anonymous.PostAsync(link, null))
        {
            used.StatusCode.ShouldBe(HttpStatusCode.OK);
            used.Headers.GetValues("Set-Cookie").Single().ShouldStartWith("berth_session=berth_ses_");
            used.Headers.CacheControl!.NoStore.ShouldBeTrue();
            var html = await used.Content.ReadAsStringAsync();
            var token = html[html.IndexOf("berth_pat_", StringComparison.Ordinal)..].Split('<')[0];
            (await _server.Host(token).GetAsync("/api/v1/admin/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var again = await anonymous.PostAsync(link, null);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        again.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_code_that_sixteen_redeem_at_once_signs_in_one()
    {
        var code = (await LinkAsync()).Split('/')[^1];
        using var anonymous = _server.Host(token: null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => anonymous.PostAsJsonAsync("/api/v1/auth/signin", new { code })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.code");
    }

    [Fact]
    public async Task A_sign_in_code_is_no_bearer_token()
    {
        var code = (await LinkAsync()).Split('/')[^1];
        (await _server.Host(code).GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_link_ends_after_an_hour()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        using var issued = await server.Host().PostAsync("/api/v1/admin/signin-links", null);
        var link = (await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!;
        time.Advance(TimeSpan.FromMinutes(61));
        using var late = await server.Host(token: null).PostAsync(link, null);
        late.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<string> CreateAsync()
    {
        var name = $"user-{Guid.NewGuid():N}";
        using var admin = _server.Host();
        using var created = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = name, password = Password });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        return name;
    }

    private async Task<(HttpClient Client, string Antiforgery, string Cookie)> SignInAsync()
    {
        using var response = await _server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = await CreateAsync(), password = Password });
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        var client = _server.Host(token: null);
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        return (client, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("antiforgery").GetString()!, cookie);
    }

    private async Task<string> LinkAsync()
    {
        using var response = await _server.Host().PostAsync("/api/v1/admin/signin-links", null);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!;
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd());
    }
}
