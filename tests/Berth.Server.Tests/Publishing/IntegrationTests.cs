using Berth.Packaging.Signing;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Publishing;

/// <summary>Continuous integration publishes with its identity token; the issuer's keys come from a file.</summary>
public sealed class IntegrationTests(IntegrationTests.Shared shared) : IClassFixture<IntegrationTests.Shared>
{
    private const string GitHub = "https://token.actions.githubusercontent.com";
    private const string GitLab = "https://gitlab.example";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_workflow_that_is_bound_to_a_plugin_publishes_it_and_nothing_else()
    {
        var (slug, owner) = await BoundAsync();
        using var exchanged = await ExchangeAsync(shared.Token(GitHubClaims()));
        exchanged.StatusCode.ShouldBe(HttpStatusCode.Created, await exchanged.Content.ReadAsStringAsync());
        var answer = await exchanged.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("slug").GetString().ShouldBe(slug);
        answer.GetProperty("expires_in").GetInt32().ShouldBeLessThanOrEqualTo(900);
        using var ci = _server.Registry(answer.GetProperty("token").GetString());

        using var published = await ci.PutAsync($"/api/v1/plugins/{slug}/1.1.0", new ByteArrayContent(TestPackages.FrontEnd(slug, "1.1.0")));
        published.StatusCode.ShouldBe(HttpStatusCode.Created, await published.Content.ReadAsStringAsync());
        var record = await published.Content.ReadFromJsonAsync<JsonElement>();
        (await ci.GetAsync($"/api/v1/operations/{record.GetProperty("operation_id")}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await ci.PutAsync("/api/v1/plugins/Elsewhere/1.0.0", new ByteArrayContent(TestPackages.FrontEnd("Elsewhere")))).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publish.token_slug");
        foreach (var path in new[] { "/api/v1/auth/tokens", "/api/v1/plugins", "/api/v1/reviews", $"/api/v1/plugins/{slug}/publishing", "/api/v1/auth/me" })
            await (await ci.GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.scope");
        await (await ci.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "more" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.scope");
        using var host = _server.Host(answer.GetProperty("token").GetString());
        await (await host.GetAsync("/api/v1/plugins/")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.scope");
        await (await owner.PutAsync($"/api/v1/plugins/{slug}/1.2.0", new ByteArrayContent(TestPackages.FrontEnd(slug, "1.2.0")))).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publish.trusted_only");
    }

    [Fact]
    public async Task An_identity_token_is_good_once()
    {
        await BoundAsync();
        var token = shared.Token(GitHubClaims());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ExchangeAsync(token)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            await refused.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc.replayed");
    }

    [Fact]
    public async Task What_does_not_prove_an_identity_is_refused()
    {
        await BoundAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var (what, token) in new (string, string)[]
        {
            ("nothing", "x"), ("three empty parts", ".."),
            ("another issuer", shared.Token(GitHubClaims() with { Iss = "https://evil.example" })),
            ("another key", shared.Token(GitHubClaims(), shared.Stranger, shared.Key.Public.Thumbprint)),
            ("an unknown key", shared.Token(GitHubClaims(), shared.Stranger)),
            ("expired", shared.Token(GitHubClaims() with { Exp = now - 120, Iat = now - 600 })),
            ("not yet", shared.Token(GitHubClaims() with { Nbf = now + 600 })),
            ("from the future", shared.Token(GitHubClaims() with { Iat = now + 600 })),
            ("for years", shared.Token(GitHubClaims() with { Exp = now + 100_000 })),
            ("without an id", shared.Token(GitHubClaims() with { Jti = null })),
            ("without an end", shared.Token(GitHubClaims() with { Exp = null })),
            ("another repository's workflow", shared.Token(GitHubClaims() with { WorkflowRef = "evil/tools/.github/workflows/release.yml@refs/heads/main" })),
            ("without a signature", shared.Token(GitHubClaims())[..^20]),
            ("no algorithm", Unsigned(GitHubClaims())),
        })
        {
            using var answer = await ExchangeAsync(token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, what);
            await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc.token");
        }
    }

    [Fact]
    public async Task Audience_repository_workflow_and_environment_must_be_those_of_the_binding()
    {
        await BoundAsync(environment: "release");
        foreach (var claims in new[]
        {
            GitHubClaims("acme/other"), GitHubClaims() with { Aud = "npm" }, GitHubClaims() with { Environment = null }, GitHubClaims() with { Environment = "test" },
            GitHubClaims() with { WorkflowRef = $"{Repository}/.github/workflows/test.yml@refs/heads/main" },
        })
        {
            await (await ExchangeAsync(shared.Token(claims with { Repository = claims.Repository }))).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "oidc.no_binding");
        }

        (await ExchangeAsync(shared.Token(GitHubClaims() with { Environment = "release" }))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task GitLabs_claims_are_understood_and_a_binding_that_is_removed_counts_no_more()
    {
        var project = $"group/{Guid.NewGuid():N}";
        var (slug, owner) = await BoundAsync(GitLab, project, ".gitlab-ci.yml");
        var claims = new Claims(GitLab, "berth", Guid.NewGuid().ToString()) { ProjectPath = project, CiConfigRefUri = $"gitlab.example/{project}//.gitlab-ci.yml@refs/heads/main" };
        (await ExchangeAsync(shared.Token(claims))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await ExchangeAsync(shared.Token(claims with { Jti = "2", CiConfigRefUri = "gitlab.example/evil//.gitlab-ci.yml@refs/heads/main" }))).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc.token");

        var bindings = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/publishing/bindings")).GetProperty("bindings");
        (await owner.DeleteAsync($"/api/v1/plugins/{slug}/publishing/bindings/{bindings[0].GetProperty("id")}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await ExchangeAsync(shared.Token(claims with { Jti = "3" }))).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "oidc.no_binding");
    }

    [Fact]
    public async Task A_binding_to_an_issuer_that_nobody_trusts_is_refused()
    {
        var (slug, owner) = await BoundAsync();
        await (await owner.PostAsJsonAsync($"/api/v1/plugins/{slug}/publishing/bindings", new { issuer = "https://evil.example", audience = "berth", repository = "a/b", workflow = "c.yml" }))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "binding.issuer");
    }

    private string Repository { get; } = $"acme/{Guid.NewGuid():N}";

    private Claims GitHubClaims(string? repository = null)
    {
        var name = repository ?? Repository;
        return new Claims(GitHub, "berth", Guid.NewGuid().ToString()) { Repository = name, WorkflowRef = $"{name}/.github/workflows/release.yml@refs/heads/main" };
    }

    private async Task<(string Slug, HttpClient Owner)> BoundAsync(string issuer = GitHub, string? repository = null, string workflow = "release.yml", string? environment = null)
    {
        var owner = _server.Registry((await _server.CreateUserAsync()).Token);
        var slug = $"Ci{Guid.NewGuid():N}"[..20];
        (await owner.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)))).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var bound = await owner.PostAsJsonAsync(
            $"/api/v1/plugins/{slug}/publishing/bindings", new { issuer, audience = "berth", repository = repository ?? Repository, workflow, environment });
        bound.StatusCode.ShouldBe(HttpStatusCode.Created, await bound.Content.ReadAsStringAsync());
        (await owner.PutAsJsonAsync($"/api/v1/plugins/{slug}/publishing", new { trusted_only = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        return (slug, owner);
    }

    private async Task<HttpResponseMessage> ExchangeAsync(string token)
    {
        using var anybody = _server.Registry(token: null);
        return await anybody.PostAsJsonAsync("/api/v1/auth/oidc/exchange", new { token });
    }

    private static string Unsigned(Claims claims) =>
        $"{StrictBase64Url.Encode("{\"alg\":\"none\"}"u8)}.{StrictBase64Url.Encode(claims.ToJson())}.";

    /// <summary>Claims of a token of either platform.</summary>
    public sealed record Claims(string Iss, string Aud, string? Jti)
    {
        public long? Exp { get; init; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300;

        public long? Iat { get; init; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        public long? Nbf { get; init; }

        public string? Repository { get; init; }

        public string? WorkflowRef { get; init; }

        public string? Environment { get; init; }

        public string? ProjectPath { get; init; }

        public string? CiConfigRefUri { get; init; }

        public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Shape);

        private static readonly JsonSerializerOptions Shape = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        };
    }

    /// <summary>A server that trusts two issuers whose keys are in a file.</summary>
    public sealed class Shared : ServerFixture
    {
        private readonly TestFolder _folder = new();

        public SigningKey Key { get; } = SigningKey.Create(SignatureAlgorithm.RS256, 2048);

        public SigningKey Stranger { get; } = SigningKey.Create(SignatureAlgorithm.RS256, 2048);

        public string Token(Claims claims, SigningKey? key = null, string? kid = null)
        {
            key ??= Key;
            var header = StrictBase64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", kid = kid ?? key.Public.Thumbprint, typ = "JWT" }));
            var input = $"{header}.{StrictBase64Url.Encode(claims.ToJson())}";
            return $"{input}.{StrictBase64Url.Encode(key.Sign(Encoding.ASCII.GetBytes(input)))}";
        }

        protected override BerthSettings Change(BerthSettings settings)
        {
            var file = Path.Combine(_folder.Path, "keys.json");
            File.WriteAllText(file, JsonWebKeySet.Write([Key.Public]));
            return settings with { OidcIssuers = OidcIssuer.Read($"{GitHub} {file}; {GitLab} {file}") };
        }
    }
}
