using System.Net.Http.Headers;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Server.Tests.Apis;

/// <summary>Keys and signatures over real HTTP, and what a host of the same process makes of them.</summary>
public sealed class KeysApiTests(KeysApiTests.Shared shared) : IClassFixture<KeysApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_key_is_registered_listed_retired_and_revoked()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES512);
        var user = await _server.CreateUserAsync();
        using var registry = _server.Registry(user.Token);

        using var made = await registry.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}},"name":"laptop","not_after":"2099-01-01T00:00:00Z","proof":{{KeyProof.Create(key, user.Id)}}}"""));
        var record = (await ReadAsync(made, HttpStatusCode.Created)).GetProperty("key");
        record.GetProperty("kid").GetString().ShouldBe(key.Public.Thumbprint);
        (record.GetProperty("owner").GetString(), record.GetProperty("algorithm").GetString(), record.GetProperty("state").GetString(), record.GetProperty("name").GetString())
            .ShouldBe((user.Id, "ES512", "active", "laptop"));
        record.GetProperty("jwk").GetProperty("crv").GetString().ShouldBe("P-521");
        using var again = await registry.PostAsync("/api/v1/keys", Json($$"""{"pem":{{JsonSerializer.Serialize(key.Public.ToPem())}},"proof":{{KeyProof.Create(key, user.Id)}}}"""));
        again.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await KidsAsync(registry, $"?owner={user.Id}")).ShouldBe([key.Public.Thumbprint]);
        using var retired = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/retire", null);
        (await ReadAsync(retired)).GetProperty("key").GetProperty("state").GetString().ShouldBe("retired");
        using var twice = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/retire", null);
        await twice.ShouldBeProblemAsync(HttpStatusCode.Conflict, "key.state");
        using var revoked = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/revoke", Json("""{"since":"2026-01-01T00:00:00Z","reason":"lost"}"""));
        (await ReadAsync(revoked)).GetProperty("key").GetProperty("revoked_since").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Every_fault_of_a_request_has_its_code()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var registry = _server.Registry();
        async Task Refused(string body, HttpStatusCode status, string code)
        {
            using var response = await registry.PostAsync("/api/v1/keys", Json(body));
            await response.ShouldBeProblemAsync(status, code);
        }

        await Refused("{}", HttpStatusCode.BadRequest, "key.missing");
        await Refused("""{"jwk":"text"}""", HttpStatusCode.BadRequest, "key.missing");
        await Refused("""{"jwk":{"kty":"oct","k":"AAAA"}}""", HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.KeyPrivate);
        await Refused($$"""{"pem":{{JsonSerializer.Serialize(key.ToPem())}}}""", HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.KeyPrivate);
        await Refused($$"""{"jwk":{{key.Public.ToJwk()}},"algorithm":"none"}""", HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.KeyAlgorithm);
        await Refused($$"""{"jwk":{{key.Public.ToJwk()}},"algorithm":"ES512"}""", HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.KeyAlgorithm);
        await Refused($$"""{"jwk":{{key.Public.ToJwk()}},"name":""}""", HttpStatusCode.BadRequest, "key.name");
        await Refused($$"""{"jwk":{{key.Public.ToJwk()}},"not_after":"tomorrow"}""", HttpStatusCode.BadRequest, "key.time");
        await Refused($$"""{"jwk":{{key.Public.ToJwk()}},"not_after":"2001-01-01T00:00:00Z"}""", HttpStatusCode.UnprocessableEntity, "key.time");
        using var future = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/revoke", Json("""{"since":"2999-01-01T00:00:00Z"}"""));
        await future.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "key.time");
        using var unknown = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/retire", null);
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "key.unknown");
        (await KidsAsync(registry, "")).ShouldNotContain(key.Public.Thumbprint);
    }

    [Fact]
    public async Task Nobody_registers_a_key_with_a_proof_that_does_not_hold_for_their_account()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var (ada, eve) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var registry = _server.Registry(eve.Token);
        async Task Refused(string proof, string code)
        {
            using var response = await registry.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}}{{proof}}}"""));
            await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
        }

        await Refused(",\"proof\":\"yes\"", "key.proof");
        await Refused(""","proof":[1]""", "key.proof");
        await Refused($""","proof":{KeyProof.Create(key, ada.Id)}""", "key.proof");
        (await KidsAsync(registry, "")).ShouldNotContain(key.Public.Thumbprint);

        // An administrator registers for somebody with that one's proof, and not with their own.
        using var admin = _server.Registry();
        admin.DefaultRequestHeaders.Add("Berth-User", ada.Id);
        using var made = await admin.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}},"proof":{{KeyProof.Create(key, ada.Id)}}}"""));
        (await ReadAsync(made, HttpStatusCode.Created)).GetProperty("key").GetProperty("owner").GetString().ShouldBe(ada.Id);
    }

    [Fact]
    public async Task A_key_needs_a_proof_only_where_the_registry_asks_for_one()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var body = $$"""{"jwk":{{key.Public.ToJwk()}},"proof":null}""";
        using var usual = _server.Registry((await _server.CreateUserAsync()).Token);
        using var taken = await usual.PostAsync("/api/v1/keys", Json(body));
        taken.StatusCode.ShouldBe(HttpStatusCode.Created);

        await using var server = await TestServer.StartAsync(settings => settings with { RequiresKeyProof = true });
        using var strict = server.Registry();
        using var missing = await strict.PostAsync("/api/v1/keys", Json(body));
        await missing.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "key.proof_missing");
        // An administrator may vouch for what is mirrored; nobody else.
        using var user = server.Registry((await server.CreateUserAsync()).Token);
        using var vouched = await user.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}},"vouched":true}"""));
        await vouched.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "key.proof_missing");
        using var other = SigningKey.Create(SignatureAlgorithm.ES256);
        using var mirrored = await strict.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{other.Public.ToJwk()}},"vouched":true}"""));
        mirrored.StatusCode.ShouldBe(HttpStatusCode.Created, await mirrored.Content.ReadAsStringAsync());

        using var proven = await strict.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}},"proof":{{KeyProof.Create(key, await MeAsync(strict))}}}"""));
        proven.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_the_registry_countersigned_is_countersigned_again_when_its_key_is_revoked()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(TestPackages.FrontEnd());
        using var registry = server.Registry();
        var old = (await registry.GetFromJsonAsync<JsonElement>("/api/v1")).GetProperty("keys")[0].GetProperty("kid").GetString()!;
        using var user = server.Registry((await server.CreateUserAsync()).Token);
        (await user.PostAsync("/api/v1/keys/countersigning", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var revoked = await registry.PostAsync($"/api/v1/keys/{old}/revoke", Json("""{"since":"2020-01-01T00:00:00Z","reason":"stolen"}"""));
        (await ReadAsync(revoked)).GetProperty("signatures_broken").GetArrayLength().ShouldBe(1);

        await Eventually.TrueAsync(
            async () => (await registry.GetFromJsonAsync<JsonElement>("/api/v1/keys/countersigning")).GetProperty("runs")[0].GetProperty("state").GetString() == "ended", "everything is countersigned again");
        var list = await registry.GetFromJsonAsync<JsonElement>("/api/v1/keys/countersigning");
        list.GetProperty("waiting").GetInt64().ShouldBe(0);
        var shown = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/1.0.0")).GetProperty("signatures").EnumerateArray().ToList();
        shown.ShouldHaveSingleItem().GetProperty("valid").GetBoolean().ShouldBeTrue();
        shown[0].GetProperty("kid").GetString().ShouldNotBe(old);

        using var planned = await registry.PostAsync("/api/v1/keys/countersigning?dry_run=true", null);
        (await ReadAsync(planned)).GetProperty("total").GetInt64().ShouldBe(0);
        using var started = await registry.PostAsync("/api/v1/keys/countersigning", null);
        var id = (await ReadAsync(started, HttpStatusCode.Accepted)).GetProperty("id").GetString();
        (await registry.GetFromJsonAsync<JsonElement>($"/api/v1/keys/countersigning/{id}")).GetProperty("failed").GetInt64().ShouldBe(0);
        using var unknown = await registry.GetAsync("/api/v1/keys/countersigning/nothing");
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "countersigning.unknown");
    }

    [Fact]
    public async Task A_dry_run_registers_and_revokes_nothing()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var registry = _server.Registry();

        using var planned = await registry.PostAsync("/api/v1/keys?dry_run=true", Json($$"""{"jwk":{{key.Public.ToJwk()}},"proof":{{KeyProof.Create(key, await MeAsync(registry))}}}"""));
        (await ReadAsync(planned)).GetProperty("dry_run").GetBoolean().ShouldBeTrue();
        (await KidsAsync(registry, "")).ShouldNotContain(key.Public.Thumbprint);
    }

    [Fact]
    public async Task R52_Strangers_change_no_key_and_sign_no_plugin_of_others()
    {
        var (slug, package, key) = await PublishSignedAsync();
        using (key)
        {
            var mallory = await _server.CreateUserAsync();
            using var registry = _server.Registry(mallory.Token);
            using var anonymous = _server.Registry(token: null);

            (await anonymous.GetAsync("/api/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await anonymous.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/revoke", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            using var revoke = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/revoke", null);
            await revoke.ShouldBeProblemAsync(HttpStatusCode.NotFound, "key.unknown");
            using var sign = await registry.PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", await FileAsync(package, key));
            await sign.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "slug.taken");
        }
    }

    [Fact]
    public async Task A_version_shows_its_signatures_and_serves_them_as_a_signature_file()
    {
        var (slug, package, key) = await PublishSignedAsync();
        using (key)
        {
            using var registry = _server.Registry();
            using var file = await registry.GetAsync($"/api/v1/plugins/{slug}/1.0.0/signatures");
            file.Content.Headers.ContentType!.MediaType.ShouldBe("application/jose+json");
            var read = SignatureFile.Read(await file.Content.ReadAsByteArrayAsync()).File.ShouldNotBeNull();
            var index = await registry.GetFromJsonAsync<JsonElement>("/api/v1");
            var registryKeys = index.GetProperty("keys").EnumerateArray()
                .ToDictionary(one => one.GetProperty("kid").GetString()!, one => VerificationKey.FromJwk(one.GetProperty("jwk")).Key);
            registryKeys.Count.ShouldBeGreaterThan(0);
            var payload = await PayloadAsync(package);

            read.Verify(payload, DetachedSignature.FilesType, kid => kid == key.Public.Thumbprint ? key.Public : registryKeys.GetValueOrDefault(kid))
                .ShouldAllBe(verdict => verdict.Fault == null);
            read.Signatures.ShouldContain(one => one.Header.Role == SignatureRole.Registry && one.Header.Seen.Count == 1);

            var shown = (await registry.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0")).GetProperty("signatures").EnumerateArray().ToList();
            shown.Count.ShouldBe(read.Signatures.Count);
            shown.ShouldAllBe(one => one.GetProperty("valid").GetBoolean());
            shown.ShouldContain(one => one.GetProperty("kid").GetString() == key.Public.Thumbprint && one.GetProperty("role").GetString() == "author");
        }
    }

    [Fact]
    public async Task A_broken_signature_is_refused_with_every_reason()
    {
        var (slug, package, key) = await PublishSignedAsync();
        using (key)
        {
            using var registry = _server.Registry();
            using var stranger = SigningKey.Create(SignatureAlgorithm.ES256);

            using var unknown = await registry.PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", await FileAsync(package, stranger));
            await unknown.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.KeyUnknown);
            using var other = await registry.PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", await FileAsync(TestPackages.FrontEnd("Other"), key));
            await other.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, SignatureFaultCodes.Wrong);
            using var large = await registry.PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", Json(new string(' ', 200_000)));
            await large.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, SignatureFaultCodes.Size);
            using var nothing = await registry.PostAsync($"/api/v1/plugins/{slug}/9.0.0/signatures", await FileAsync(package, key));
            await nothing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "version.unknown");
        }
    }

    [Fact]
    public async Task A_signed_version_is_installed_until_its_key_is_revoked()
    {
        var (slug, _, key) = await PublishSignedAsync();
        using (key)
        {
            using var registry = _server.Registry();
            var ada = await _server.CreateUserAsync();
            (await ada.Client.PostAsync($"/api/v1/plugins/{slug}/install", null)).StatusCode.ShouldBe(HttpStatusCode.Created);

            using var revoked = await registry.PostAsync($"/api/v1/keys/{key.Public.Thumbprint}/revoke", Json("""{"since":"2026-01-01T00:00:00Z"}"""));
            (await ReadAsync(revoked)).GetProperty("signatures_broken").EnumerateArray().Select(one => one.GetString()).ShouldBe([$"{slug}@1.0.0"]);

            // Hosts read the keys again after ten seconds at most; a restart does at once.
            await _server.RestartAsync();
            var bob = await _server.CreateUserAsync();
            using var refused = await bob.Client.PostAsync($"/api/v1/plugins/{slug}/install", null);
            (await refused.ShouldBeProblemAsync()).GetProperty("code").GetString().ShouldBe(SignatureFaultCodes.KeyRevoked);
            ada.Client.Dispose();
            bob.Client.Dispose();
        }
    }

    private async Task<(string Slug, byte[] Package, SigningKey Key)> PublishSignedAsync()
    {
        var slug = $"S{Guid.NewGuid():N}"[..20];
        var package = TestPackages.FrontEnd(slug);
        await _server.PublishAsync(package);
        var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var registry = _server.Registry();
        using var made = await registry.PostAsync("/api/v1/keys", Json($$"""{"jwk":{{key.Public.ToJwk()}},"proof":{{KeyProof.Create(key, await MeAsync(registry))}}}"""));
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        using var signed = await registry.PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", await FileAsync(package, key));
        signed.StatusCode.ShouldBe(HttpStatusCode.Created, await signed.Content.ReadAsStringAsync());
        return (slug, package, key);
    }

    private static async Task<string> MeAsync(HttpClient registry) => (await registry.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetString()!;

    private static async Task<byte[]> PayloadAsync(byte[] package) =>
        CanonicalFileList.Create((await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default)).Package.ShouldNotBeNull());

    private static async Task<HttpContent> FileAsync(byte[] package, SigningKey key)
    {
        var content = new StringContent(new SignatureFile([DetachedSignature.Create(await PayloadAsync(package), DetachedSignature.FilesType, key)]).ToJson());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
        return content;
    }

    private static async Task<IReadOnlyList<string?>> KidsAsync(HttpClient registry, string query) =>
        [.. (await registry.GetFromJsonAsync<JsonElement>("/api/v1/keys" + query)).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString())];

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public sealed class Shared : IAsyncLifetime
    {
        public TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await TestServer.StartAsync();

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
