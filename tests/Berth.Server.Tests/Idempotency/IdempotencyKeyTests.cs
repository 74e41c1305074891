using Berth.Server.Auth;

namespace Berth.Server.Tests.Idempotency;

public sealed class IdempotencyKeyTests(IdempotencyKeyTests.Shared shared) : IClassFixture<IdempotencyKeyTests.Shared>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_repetition_gets_the_first_answer_again_and_does_nothing()
    {
        var ana = await _server.CreateUserAsync();
        var key = Guid.NewGuid().ToString();

        using var first = await InstallAsync(ana, key, new { version = "1.0.0" });
        using var again = await InstallAsync(ana, key, new { version = "1.0.0" });

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        again.Content.Headers.ContentType.ShouldBe(first.Content.Headers.ContentType);
        again.Headers.Contains("X-Content-Type-Options").ShouldBeTrue();
        (await _server.CountAsync("operation WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_used_for_something_else_is_refused()
    {
        var ana = await _server.CreateUserAsync();
        using var first = await InstallAsync(ana, "k", new { version = "1.0.0" });
        first.StatusCode.ShouldBe(HttpStatusCode.Created);

        using var other = await InstallAsync(ana, "k", new { version = "1.1.0" });

        await other.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    [Fact]
    public async Task A_refusal_for_good_is_answered_again_too()
    {
        var ana = await _server.CreateUserAsync();

        using var first = await InstallAsync(ana, "k", new { version = "not a version" });
        using var again = await InstallAsync(ana, "k", new { version = "not a version" });

        await first.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "version.invalid");
        await again.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "version.invalid");
        again.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_conflict_with_a_passing_state_is_tried_again()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        using var first = await InstallAsync(ana, "k", new { });
        await first.ShouldBeProblemAsync(HttpStatusCode.Conflict, "plugin.already_installed");
        (await ana.Client.DeleteAsync($"{V1}/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var again = await InstallAsync(ana, "k", new { });

        again.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_same_key_of_another_user_route_or_user_acted_for_is_another_request()
    {
        var (ana, bob, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var admin = _server.Host();

        foreach (var user in new[] { ana, bob })
        {
            using var response = await InstallAsync(user, "k", new { });
            response.StatusCode.ShouldBe(HttpStatusCode.Created);
            response.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        }

        using var other = await InstallAsync(ana, "k", new { }, slug: "Clock2");
        other.StatusCode.ShouldBe(HttpStatusCode.Created);
        admin.DefaultRequestHeaders.Add("Berth-User", cyd.Id);
        using var acting = await SendAsync(admin, $"{V1}/Clock/install", "k", new { });
        acting.StatusCode.ShouldBe(HttpStatusCode.Created);
        acting.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("a\tb")]
    [InlineData("long")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var ana = await _server.CreateUserAsync();

        using var response = await InstallAsync(ana, key == "long" ? new string('k', 256) : key, new { });

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "idempotency.key_invalid");
    }

    [Fact]
    public async Task A_quoted_key_is_the_same_as_a_bare_one()
    {
        var ana = await _server.CreateUserAsync();
        using var first = await InstallAsync(ana, "\"k\"", new { });
        using var again = await InstallAsync(ana, "k", new { });
        again.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task Without_the_header_and_for_other_methods_nothing_is_kept()
    {
        var ana = await _server.CreateUserAsync();
        var before = await _server.CountAsync("idempotency WHERE 1 = @one", new { one = 1 });
        await ana.InstallAsync("Clock");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{V1}/Clock/update") { Content = JsonContent.Create(new { }), Headers = { { "Idempotency-Key", "k" } } };
        using var response = await ana.Client.SendAsync(request);
        using var read = new HttpRequestMessage(HttpMethod.Get, $"{V1}/") { Headers = { { "Idempotency-Key", "k" } } };
        (await ana.Client.SendAsync(read)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await _server.CountAsync("idempotency WHERE 1 = @one", new { one = 1 })).ShouldBe(before);
    }

    [Fact]
    public async Task Answers_with_secrets_are_never_kept()
    {
        using var admin = _server.Host();
        var before = await _server.CountAsync("idempotency WHERE 1 = @one", new { one = 1 });

        using var user = await SendAsync(admin, "/api/v1/admin/users", "k", new { username = $"user-{Guid.NewGuid():n}" });
        using var link = await SendAsync(admin, "/api/v1/admin/signin-links", "k", new { });
        using var token = await SendAsync(admin, "/api/v1/auth/tokens", "k", new { name = "ci", scopes = new[] { TokenScopes.Read } });

        foreach (var response in new[] { user, link, token })
            response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        (await _server.CountAsync("idempotency WHERE 1 = @one", new { one = 1 })).ShouldBe(before);
    }

    [Fact]
    public async Task The_key_itself_is_not_kept()
    {
        var ana = await _server.CreateUserAsync();
        using var response = await InstallAsync(ana, "a-key-to-find", new { });
        (await _server.CountAsync("idempotency WHERE id LIKE @text OR attempt LIKE @text", new { text = "%a-key-to-find%" })).ShouldBe(0);
        (await _server.CountAsync("operation WHERE user_id = @Id AND idempotency_key IN (SELECT id FROM idempotency)", new { ana.Id })).ShouldBe(1);
    }

    private static Task<HttpResponseMessage> InstallAsync(TestUser user, string key, object body, string slug = "Clock") =>
        SendAsync(user.Client, $"{V1}/{slug}/install", key, body);

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd("Clock"), TestPackages.FrontEnd("Clock", "1.1.0"), TestPackages.FrontEnd("Clock2"));
    }
}
