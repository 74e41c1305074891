using Berth.Packaging.Signing;
using Berth.Server.Auth.Integration;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Tests.Auth.Integration;

/// <summary>The keys of an issuer over real TLS: what is believed, how new keys are noticed, and what happens when they do not come.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
{
    private const string Issuer = "https://ci.example";
    private readonly ManualTime _time = new();
    private readonly SigningKey _first = SigningKey.Create(SignatureAlgorithm.RS256, 2048);
    private readonly SigningKey _second = SigningKey.Create(SignatureAlgorithm.ES256);
    private readonly KeyServer _server = new();
    private ServiceProvider _services = null!;

    private IssuerKeys Keys => _services.GetRequiredService<IssuerKeys>();

    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        _server.Body = JsonWebKeySet.Write([_first.Public]);
        _services = Services(new IssuerKeyOptions { AllowsPrivateAddresses = true, Authorities = [_server.Authority] });
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Keys_are_read_once_and_kept_for_their_time()
    {
        (await KidsAsync()).ShouldBe([_first.Public.Thumbprint]);
        (await KidsAsync()).ShouldBe([_first.Public.Thumbprint]);
        _server.Asked.ShouldBe(1);

        _server.Body = JsonWebKeySet.Write([_second.Public]);
        _time.Advance(IssuerKeys.Life);

        (await KidsAsync()).ShouldBe([_second.Public.Thumbprint], "a key that its issuer withdrew is believed no more");
        _server.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_new_key_is_noticed_and_nobody_makes_this_registry_ask_all_the_time()
    {
        await KidsAsync();
        _server.Body = JsonWebKeySet.Write([_first.Public, _second.Public]);

        (await KidsAsync(isNewKeyNeeded: true)).ShouldBe([_first.Public.Thumbprint], "asked a moment ago");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await KidsAsync()).ShouldBe([_first.Public.Thumbprint], "nobody needs another one");
        (await KidsAsync(isNewKeyNeeded: true)).ShouldBe([_first.Public.Thumbprint, _second.Public.Thumbprint], ignoreOrder: true);
        _server.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_told_and_asked_again_when_it_is_back()
    {
        await _server.StopAsync();
        await UnavailableAsync();

        await _server.StartAsync();
        _services = Services(new IssuerKeyOptions { AllowsPrivateAddresses = true, Authorities = [_server.Authority] });
        (await KidsAsync()).ShouldBe([_first.Public.Thumbprint]);
    }

    [Theory]
    [InlineData("too large")]
    [InlineData("too large and of unknown length")]
    [InlineData("no key set")]
    [InlineData("not found")]
    [InlineData("redirected")]
    public async Task An_answer_that_is_no_key_set_is_none(string what)
    {
        var large = $$"""{"keys":[],"padding":"{{new string('x', JsonWebKeySet.MaxBytes)}}"}""";
        (_server.Status, _server.Body, _server.IsChunked) = what switch
        {
            "too large" => (200, large, false),
            "too large and of unknown length" => (200, large, true),
            "no key set" => (200, "<html>", false),
            "not found" => (404, _server.Body, false),
            _ => (302, _server.Body, false),
        };

        await UnavailableAsync();
        _server.Asked.ShouldBe(1, "and no redirect is followed");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_believed()
    {
        using var other = KeyServer.NewAuthority();
        await using var services = Services(new IssuerKeyOptions { AllowsPrivateAddresses = true, Authorities = [other] });
        await UnavailableAsync(services);
        await using var usual = Services(new IssuerKeyOptions { AllowsPrivateAddresses = true });
        await UnavailableAsync(usual);
        _server.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task By_itself_no_private_address_is_asked()
    {
        await using var services = Services(new IssuerKeyOptions { Authorities = [_server.Authority] });
        await UnavailableAsync(services);
        _server.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task A_workflow_publishes_with_a_key_that_its_issuer_shows_over_https()
    {
        await using var server = await TestServer.StartAsync(
            settings => settings with { OidcIssuers = [new OidcIssuer(Issuer, _server.Address)] },
            builder => builder.Services.AddSingleton(new IssuerKeyOptions { AllowsPrivateAddresses = true, Authorities = [_server.Authority] }));
        using var owner = server.Registry((await server.CreateUserAsync()).Token);
        (await owner.PutAsync("/api/v1/plugins/Remote/1.0.0", new ByteArrayContent(TestPackages.FrontEnd("Remote")))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await owner.PostAsJsonAsync("/api/v1/plugins/Remote/publishing/bindings", new { issuer = Issuer, audience = "berth", repository = "acme/remote", workflow = "release.yml" }))
            .StatusCode.ShouldBe(HttpStatusCode.Created);
        using var anybody = server.Registry(token: null);

        using var exchanged = await anybody.PostAsJsonAsync("/api/v1/auth/oidc/exchange", new { token = Token(_first) });
        exchanged.StatusCode.ShouldBe(HttpStatusCode.Created, await exchanged.Content.ReadAsStringAsync());
        using var ci = server.Registry((await exchanged.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        (await ci.PutAsync("/api/v1/plugins/Remote/1.1.0", new ByteArrayContent(TestPackages.FrontEnd("Remote", "1.1.0")))).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var stranger = await anybody.PostAsJsonAsync("/api/v1/auth/oidc/exchange", new { token = Token(_second) });
        await stranger.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc.token");
    }

    private ServiceProvider Services(IssuerKeyOptions options)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton(new BerthSettings { OidcIssuers = [new OidcIssuer(Issuer, _server.Address)] });
        services.AddSingleton(options);
        services.AddIntegrationIdentities();
        return services.BuildServiceProvider();
    }

    private async Task<IReadOnlyList<string>> KidsAsync(bool isNewKeyNeeded = false) => [.. (await Keys.OfAsync(Issuer, isNewKeyNeeded, CancellationToken.None)).Keys.Keys];

    private async Task UnavailableAsync(ServiceProvider? services = null)
    {
        var keys = (services ?? _services).GetRequiredService<IssuerKeys>();
        (await Should.ThrowAsync<ApiProblemException>(() => keys.OfAsync(Issuer, isNewKeyNeeded: false, CancellationToken.None)))
            .Problem.ShouldSatisfyAllConditions(problem => problem.Status.ShouldBe(503), problem => problem.Code.ShouldBe("oidc.keys_unavailable"), problem => problem.RetryAfter.ShouldNotBeNull());
    }

    private static string Token(SigningKey key)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = StrictBase64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = key.Public.Algorithm.Name, kid = key.Public.Thumbprint, typ = "JWT" }));
        var claims = StrictBase64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = Issuer,
            aud = "berth",
            jti = Guid.NewGuid().ToString(),
            iat = now,
            exp = now + 300,
            repository = "acme/remote",
            workflow_ref = "acme/remote/.github/workflows/release.yml@refs/heads/main",
        }));
        return $"{header}.{claims}.{StrictBase64Url.Encode(key.Sign(Encoding.ASCII.GetBytes($"{header}.{claims}")))}";
    }
}
