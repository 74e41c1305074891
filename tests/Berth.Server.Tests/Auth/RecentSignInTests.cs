using Berth.Server.Configuration;

namespace Berth.Server.Tests.Auth;

/// <summary>Administrators' changes with a browser's session need a recent sign-in.</summary>
public sealed class RecentSignInTests
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task A_browser_that_was_left_signed_in_does_not_administrate()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        using (var made = await server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = "boss", password = Password, roles = new[] { "admin" } }))
            made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var ana = await server.CreateUserAsync();
        using var browser = await SignInAsync(server);

        time.Advance(TimeSpan.FromMinutes(29));
        (await CreateAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.Created);
        time.Advance(TimeSpan.FromMinutes(2));
        using (var late = await CreateAsync(browser))
            (await late.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.recent_sign_in")).GetProperty("detail").GetString()!.ShouldContain("Sign in again");
        using (var forAna = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/tokens") { Headers = { { "Berth-User", ana.Id } }, Content = JsonContent.Create(new { name = "x" }) })
        {
            using var late = await browser.SendAsync(forAna);
            await late.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.recent_sign_in");
        }

        (await browser.GetAsync("/api/v1/admin/users")).StatusCode.ShouldBe(HttpStatusCode.OK, "looking is no change");
        (await browser.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "own" })).StatusCode.ShouldBe(HttpStatusCode.Created, "what is one's own is no administration");
        (await server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = $"u{Guid.NewGuid():N}" })).StatusCode.ShouldBe(HttpStatusCode.Created, "a program cannot sign in again");
        using var again = await SignInAsync(server);
        (await CreateAsync(again)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(settings => settings with { Web = new WebSettings { RecentSignIn = null } }, builder => builder.Services.AddSingleton<TimeProvider>(time));
        using (await server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = "boss", password = Password, roles = new[] { "admin" } }))
        {
            using var browser = await SignInAsync(server);
            time.Advance(TimeSpan.FromDays(7));
            (await CreateAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client) => client.PostAsJsonAsync("/api/v1/admin/users", new { username = $"u{Guid.NewGuid():N}" });

    private static async Task<HttpClient> SignInAsync(TestServer server)
    {
        using var signedIn = await server.Host(token: null).PostAsJsonAsync("/api/v1/auth/login", new { username = "boss", password = Password });
        var client = server.Host(token: null);
        client.DefaultRequestHeaders.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        client.DefaultRequestHeaders.Add("Berth-Antiforgery", (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("antiforgery").GetString());
        return client;
    }
}
