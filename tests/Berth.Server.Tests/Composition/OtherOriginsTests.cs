using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>Pages of other origins: who may call what, over real HTTP, as a browser asks.</summary>
public sealed class OtherOriginsTests(OtherOriginsTests.Shared shared) : IClassFixture<OtherOriginsTests.Shared>
{
    private const string Allowed = "https://app.example";
    private const string Other = "https://app.example.evil.example";

    [Theory]
    [InlineData("/api/v1/plugins/", "GET")]
    [InlineData("/api/plugins/Echo/update", "PUT")]
    [InlineData("/p/Echo/json", "POST")]
    [InlineData("/p/Echo/data/key", "DELETE")]
    public async Task A_listed_origin_may_send_a_token_and_nobody_needs_one_to_ask(string path, string method)
    {
        using var answer = await AskAsync(Allowed, path, method);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Allowed);
        Header(answer, "Access-Control-Allow-Headers").ShouldContain("authorization");
        Header(answer, "Access-Control-Allow-Methods").ShouldContain(method);
    }

    [Theory]
    [InlineData("/api/v1/plugins/")]
    [InlineData("/p/Echo/json")]
    public async Task Another_origin_is_told_nothing(string path)
    {
        foreach (var origin in new[] { Other, "https://APP.example", "http://app.example", "null" })
        {
            using var answer = await AskAsync(origin, path, "POST");
            AllowsNothing(answer, origin);
            using var call = await CallAsync(origin, HttpMethod.Get, path, shared.Token);
            AllowsNothing(call, origin);
        }
    }

    [Fact]
    public async Task A_call_with_a_token_is_answered_to_a_listed_origin_with_what_a_page_reads()
    {
        using var answer = await CallAsync(Allowed, HttpMethod.Get, "/p/Echo/version", shared.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Allowed);
        Header(answer, "Access-Control-Expose-Headers").ShouldContain("Link");
    }

    [Fact]
    public async Task An_error_is_readable_for_a_listed_origin_too()
    {
        using var answer = await CallAsync(Allowed, HttpMethod.Get, "/p/Nothing/version", shared.Token);
        await answer.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Allowed);
    }

    [Fact]
    public async Task The_consoles_cookie_is_not_for_pages_of_other_origins()
    {
        var cookie = await shared.SignInAsync();
        using (var own = await CallAsync(origin: null, HttpMethod.Get, "/api/v1/auth/me", token: null, cookie))
            own.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { "/api/v1/auth/me", "/p/Echo/version", "/api/v1/plugins/" })
        {
            using var answer = await CallAsync(Allowed, HttpMethod.Get, path, token: null, cookie);
            await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        }

        using var withToken = await CallAsync(Allowed, HttpMethod.Get, "/p/Echo/version", shared.Token, cookie);
        withToken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_plugin_opens_its_answers_to_an_origin()
    {
        using (var plain = await CallAsync(Other, HttpMethod.Get, "/p/Echo/header?name=X-Own&value=1", shared.Token))
            Header(plain, "X-Own").ShouldBe("1");
        using var answer = await CallAsync(Other, HttpMethod.Get, $"/p/Echo/header?name=access-control-allow-origin&value={Uri.EscapeDataString(Other)}", shared.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        AllowsNothing(answer, Other);
    }

    [Fact]
    public async Task Files_of_plugins_stay_as_they_were()
    {
        var file = await shared.User.AddressOfAsync("Clock", TestPackages.Script);
        using (var byCapability = await CallAsync(Allowed, HttpMethod.Get, file, token: null))
        {
            byCapability.StatusCode.ShouldBe(HttpStatusCode.OK);
            Header(byCapability, "Access-Control-Allow-Origin").ShouldBe("*");
            byCapability.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        }

        var plain = $"/api/v1/public/plugins/{shared.User.Id}_Clock/{TestPackages.Script}";
        using (var byToken = await CallAsync(Allowed, HttpMethod.Get, plain, shared.Token))
            AllowsNothing(byToken, plain);
        using var asked = await AskAsync(Allowed, plain, "GET");
        AllowsNothing(asked, plain);
    }

    [Fact]
    public async Task A_page_may_read_why_a_capability_opened_nothing()
    {
        var file = await shared.User.AddressOfAsync("Clock", "dist/missing.js");
        using (var byCapability = await CallAsync(Other, HttpMethod.Get, file, token: null))
        {
            await byCapability.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
            Header(byCapability, "Access-Control-Allow-Origin").ShouldBe("*");
            Header(byCapability, "Cross-Origin-Resource-Policy").ShouldBe("cross-origin");
        }

        using var byToken = await CallAsync(Other, HttpMethod.Get, $"/api/v1/public/plugins/{shared.User.Id}_Clock/dist/missing.js", shared.Token);
        await byToken.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
        AllowsNothing(byToken, Other);
    }

    [Fact]
    public async Task The_registrys_routes_are_open_to_the_same_origins()
    {
        using var client = shared.Server.Registry(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins") { Headers = { { "Origin", Allowed } } };
        using var answer = await client.SendAsync(request);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Allowed);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_said_to_any_origin()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Host(token: null);
        using var request = Preflight(Allowed, "/api/v1/plugins/", "GET");
        using var answer = await client.SendAsync(request);
        answer.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<HttpResponseMessage> AskAsync(string origin, string path, string method)
    {
        using var client = shared.Server.Host(token: null);
        using var request = Preflight(origin, path, method);
        return await client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> CallAsync(string? origin, HttpMethod method, string path, string? token, string? cookie = null)
    {
        using var client = shared.Server.Host(token);
        using var request = new HttpRequestMessage(method, path);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return await client.SendAsync(request);
    }

    private static HttpRequestMessage Preflight(string origin, string path, string method) => new(HttpMethod.Options, path)
    {
        Headers = { { "Origin", origin }, { "Access-Control-Request-Method", method }, { "Access-Control-Request-Headers", "authorization,content-type" } },
    };

    private static void AllowsNothing(HttpResponseMessage answer, string what) =>
        answer.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control-Allow-", StringComparison.OrdinalIgnoreCase), what);

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : throw new InvalidOperationException($"There is no {name}:\n{answer}");

    /// <summary>A server that lists one origin, and a user of it.</summary>
    public sealed class Shared : ServerFixture
    {
        private const string Password = "correct-horse-battery";

        public TestUser User { get; private set; } = null!;

        public string Token => User.Token;

        /// <summary>The cookie of somebody who is signed in to the console.</summary>
        public async Task<string> SignInAsync()
        {
            var username = $"user-{Guid.NewGuid():N}";
            using (var admin = Server.Host())
            using (var created = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username, password = Password }))
                created.StatusCode.ShouldBe(HttpStatusCode.Created);
            using var client = Server.Host(token: null);
            using var response = await client.PostAsJsonAsync("/api/v1/auth/login", new { username, password = Password });
            return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        }

        protected override BerthSettings Change(BerthSettings settings) => settings with { AllowedOrigins = [Allowed, "http://localhost:3000"] };

        protected override async Task PrepareAsync()
        {
            await Server.PublishAsync(TestPackages.FrontEnd("Clock", "1.0.0"), Golden.Package("Echo"));
            User = await Server.CreateUserAsync();
            await User.InstallAsync("Clock");
            await User.InstallAsync("Echo");
        }
    }
}
