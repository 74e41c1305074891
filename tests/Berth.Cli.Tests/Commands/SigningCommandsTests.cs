using System.Text;
using System.Text.Json;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Cli.Tests.Commands;

public sealed class SigningCommandsTests : ScriptedServerTests
{
    private string KeysFolder => Path.Combine(Cli.Folder, "berth", "keys");

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES512")]
    [InlineData("RS512")]
    public async Task A_new_key_signs_a_package_that_then_verifies_without_a_network(string algorithm)
    {
        var package = Package();
        var kid = (await Cli.RunAsync("keys", "new", "--algorithm", algorithm)).Out.Trim();

        var signed = await Cli.RunAsync("sign", package);
        var verified = await Cli.RunAsync("verify", package, "--json");

        signed.Exit.ShouldBe(ExitCode.Done, signed.Error);
        File.Exists(package + ".sig").ShouldBeTrue();
        verified.Exit.ShouldBe(ExitCode.Done, verified.Error);
        verified.Json.GetProperty("valid").GetBoolean().ShouldBeTrue();
        var shown = verified.Json.GetProperty("signatures")[0];
        (shown.GetProperty("kid").GetString(), shown.GetProperty("algorithm").GetString(), shown.GetProperty("role").GetString()).ShouldBe((kid, algorithm, "author"));
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Private_keys_can_be_read_by_their_owner_alone()
    {
        await Cli.RunAsync("keys", "new");

        File.GetUnixFileMode(Directory.GetFiles(KeysFolder).ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(KeysFolder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Another_package_and_an_unknown_key_end_with_7()
    {
        var package = Package();
        var other = Package(content: "other");
        await Cli.RunAsync("keys", "new");
        await Cli.RunAsync("sign", package);
        using var stranger = SigningKey.Create(SignatureAlgorithm.ES256);
        var keys = Path.Combine(Cli.Folder, "keys.json");
        await File.WriteAllTextAsync(keys, JsonWebKeySet.Write([stranger.Public]));

        var changed = await Cli.RunAsync("verify", other, "--signature", package + ".sig");
        var unknown = await Cli.RunAsync("verify", package, "--keys", keys);

        (changed.Exit, unknown.Exit).ShouldBe((ExitCode.Refused, ExitCode.Refused));
        changed.Out.ShouldContain(SignatureFaultCodes.Wrong);
        unknown.Out.ShouldContain(SignatureFaultCodes.KeyUnknown);
    }

    [Fact]
    public async Task Somebody_with_the_public_key_alone_verifies()
    {
        var package = Package();
        await Cli.RunAsync("keys", "new");
        await Cli.RunAsync("sign", package);
        var jwk = Path.Combine(Cli.Folder, "key.jwk");
        var pem = Path.Combine(Cli.Folder, "key.pem");
        await File.WriteAllTextAsync(jwk, (await Cli.RunAsync("keys", "export")).Out);
        await File.WriteAllTextAsync(pem, (await Cli.RunAsync("keys", "export", "--pem")).Out);
        Directory.Delete(KeysFolder, recursive: true);

        (await Cli.RunAsync("verify", package)).Exit.ShouldBe(ExitCode.Refused);
        (await Cli.RunAsync("verify", package, "--keys", jwk)).Exit.ShouldBe(ExitCode.Done);
        (await Cli.RunAsync("verify", package, "--keys", pem)).Exit.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_second_key_adds_its_signature_and_the_same_one_replaces_its_own()
    {
        var package = Package();
        var first = (await Cli.RunAsync("keys", "new")).Out.Trim();
        var second = (await Cli.RunAsync("keys", "new")).Out.Trim();

        (await Cli.RunAsync("sign", package)).ErrorJsonOrText().ShouldContain("client.key.ambiguous");
        await Cli.RunAsync("sign", package, "--key", first);
        await Cli.RunAsync("sign", package, "--key", second[..12]);
        await Cli.RunAsync("sign", package, "--key", first);

        SignatureFile.Read(await File.ReadAllTextAsync(package + ".sig")).File.ShouldNotBeNull().Signatures.Select(one => one.Header.Kid).ShouldBe([second, first]);
        (await Cli.RunAsync("verify", package)).Exit.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Keys_come_from_PEM_and_JWK_and_leave_as_PEM()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.RS256, 2048);
        var pem = Path.Combine(Cli.Folder, "rsa.pem");
        await File.WriteAllTextAsync(pem, key.ToPem());

        (await Cli.RunAsync("keys", "import", pem, "--algorithm", "RS512")).Out.Trim().ShouldBe(key.Public.Thumbprint);
        (await Cli.RunAsync("keys", "list")).Out.Trim().ShouldBe($"{key.Public.Thumbprint}\tRS512\t2048");
        using var exported = SigningKey.FromPem((await Cli.RunAsync("keys", "export", "--private")).Out).Key.ShouldNotBeNull();
        exported.Public.Thumbprint.ShouldBe(key.Public.Thumbprint);
        await File.WriteAllTextAsync(pem, "not a key");
        var refused = await Cli.RunAsync("keys", "import", pem);
        (refused.Exit, refused.Error.Contains(SignatureFaultCodes.KeyForm, StringComparison.Ordinal)).ShouldBe((ExitCode.Refused, true));
    }

    [Fact]
    public async Task What_is_not_there_or_not_possible_is_said()
    {
        var package = Package();
        (await Cli.RunAsync("sign", package)).Exit.ShouldBe(ExitCode.NotFound);
        (await Cli.RunAsync("verify", package)).Exit.ShouldBe(ExitCode.NotFound);
        (await Cli.RunAsync("sign", Path.Combine(Cli.Folder, "none.berth"))).Exit.ShouldBe(ExitCode.NotFound);
        (await Cli.RunAsync("keys", "new", "--algorithm", "HS256")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("keys", "new", "--bits", "2048")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("keys", "new", "--dry-run")).Exit.ShouldBe(ExitCode.Done);
        Directory.Exists(KeysFolder).ShouldBeFalse();
    }

    [Fact]
    public async Task Register_sends_the_public_part_alone()
    {
        var kid = (await Cli.RunAsync("keys", "new")).Out.Trim();
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("GET", "/api/v1/auth/me", 200, """{"id":"0000000000000000000000000000000a","username":"ada"}""");
        Server.On("POST", "/api/v1/keys", 201, $$$"""{"key":{{{Record(kid)}}},"signatures_broken":[]}""");

        (await Cli.RunAsync("keys", "register", "--name", "laptop")).Exit.ShouldBe(ExitCode.Done);

        var body = JsonDocument.Parse(Server.Last.Text).RootElement;
        body.GetProperty("name").GetString().ShouldBe("laptop");
        body.GetProperty("jwk").GetProperty("kid").GetString().ShouldBe(kid);
        body.GetProperty("jwk").TryGetProperty("d", out _).ShouldBeFalse();
        var key = VerificationKey.FromJwk(body.GetProperty("jwk")).Key.ShouldNotBeNull();
        var proof = body.GetProperty("proof").GetRawText();
        KeyProof.Check(key, "0000000000000000000000000000000a", proof).ShouldBeNull();
        KeyProof.Check(key, "0000000000000000000000000000000b", proof).ShouldNotBeNull();
    }

    [Fact]
    public async Task Countersigning_again_is_begun_and_waited_for()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("POST", "/api/v1/keys/countersigning", 202, """{"id":"r1","state":"running","total":2,"done":0,"failed":0}""");
        Server.On("GET", "/api/v1/keys/countersigning/r1", 200, """{"id":"r1","state":"ended","total":2,"done":1,"failed":1}""");

        var done = await Cli.RunAsync("keys", "countersign", "--json");

        done.Exit.ShouldBe(ExitCode.Partly, done.Error);
        var shown = JsonDocument.Parse(done.Out).RootElement;
        (shown.GetProperty("total").GetInt32(), shown.GetProperty("done").GetInt32(), shown.GetProperty("failed").GetInt32()).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task What_would_be_countersigned_again_is_told_by_a_dry_run()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("POST", "/api/v1/keys/countersigning", 200, """{"dry_run":true,"total":7}""");

        (await Cli.RunAsync("keys", "countersign", "--dry-run")).Out.ShouldContain("7 versions");
        Server.Last.Query.ShouldBe("?dry_run=true");
    }

    [Fact]
    public async Task Indicators_are_listed_and_removed_by_their_id()
    {
        const string one = """{"id":"0123456789abcdef0123456789abcdef","kind":"text","value":"bad-server","name":"bad server","severity":"critical","added_at":"2026-01-01T00:00:00Z"}""";
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("GET", "/api/v1/scans/indicators", 200, $$"""{"indicators":[{{one}}]}""");
        Server.On("DELETE", "/api/v1/scans/indicators/0123456789abcdef0123456789abcdef", 200, $$"""{"indicator":{{one}},"dry_run":false}""");

        (await Cli.RunAsync("scan", "indicators")).Out.ShouldContain("0123456789abcdef0123456789abcdef\ttext\tcritical\tbad server\tbad-server");
        var removed = await Cli.RunAsync("scan", "indicators", "--remove", "0123456789abcdef0123456789abcdef");
        removed.Exit.ShouldBe(ExitCode.Done, removed.Error);
        removed.Out.ShouldContain("Removed the indicator bad server (text).");
    }

    [Fact]
    public async Task The_registrys_keys_are_listed_and_exported_as_a_set()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("GET", "/api/v1/keys", 200, $$"""{"keys":[{{Record("one")}},{{Record("two", registry: true)}}],"next_cursor":null}""");

        (await Cli.RunAsync("keys", "list", "--registry")).Out.ShouldContain("two\tES256\tactive\tthe registry");
        var set = JsonDocument.Parse((await Cli.RunAsync("keys", "list", "--registry", "--jwks")).Out).RootElement.GetProperty("keys");
        set.GetArrayLength().ShouldBe(1);
        set[0].GetProperty("kid").GetString().ShouldBe("two");
    }

    [Fact]
    public async Task A_revocation_is_shown_and_confirmed_first()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("POST", "/api/v1/keys/one/revoke", 200, $$$"""{"key":{{{Record("one", state: "revoked")}}},"signatures_broken":["Notes@1.0.0"]}""");

        var asked = await Cli.RunAsync("keys", "revoke", "one", "--no-input");
        Server.Last.Query.ShouldBe("?dry_run=true");
        asked.Exit.ShouldBe(ExitCode.Usage);
        asked.Error.ShouldContain("Notes@1.0.0");

        var done = await Cli.RunAsync("keys", "revoke", "one", "--since", "2026-01-01T00:00:00Z", "--reason", "lost", "--yes");
        done.Exit.ShouldBe(ExitCode.Done, done.Error);
        done.Out.ShouldContain("Revoked the key one.");
        Server.Last.Query.ShouldBeEmpty();
        JsonDocument.Parse(Server.Last.Text).RootElement.GetProperty("since").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Publish_sends_the_signature_along()
    {
        var package = Package();
        var kid = (await Cli.RunAsync("keys", "new")).Out.Trim();
        Server.On("GET", "/api/v1", 200, """{"kind":"registry"}""");
        Server.On("POST", "/api/v1/plugins", 201, "{}");

        var published = await Cli.RunAsync("publish", package, "--sign", kid[..10]);

        published.Exit.ShouldBe(ExitCode.Done, published.Error);
        Server.Last.Text.ShouldContain("name=signature");
        Server.Last.Text.ShouldContain("{\"signatures\":[{\"protected\":");
        await Cli.RunAsync("sign", package);
        (await Cli.RunAsync("publish", package, "--signature", package + ".sig")).Exit.ShouldBe(ExitCode.Done);
        (await Cli.RunAsync("publish", package, "--sign", kid, "--signature", package + ".sig")).Exit.ShouldBe(ExitCode.Usage);
    }

    private string Package(string content = "export default 1;")
    {
        var path = Path.Combine(Cli.Folder, $"notes-{Guid.NewGuid():N}.berth");
        using var file = File.Create(path);
        PackageWriter.Write(file, [
            new PackageInput("plugin.json", """{"name":"Notes","version":"1.0.0","frontend":{"entry":"dist/index.js"}}"""u8.ToArray()),
            new PackageInput("dist/index.js", Encoding.UTF8.GetBytes(content)),
        ]);
        return path;
    }

    private static string Record(string kid, bool registry = false, string state = "active") =>
        $$$"""{"kid":"{{{kid}}}","owner":null,"registry":{{{(registry ? "true" : "false")}}},"name":"laptop","algorithm":"ES256","state":"{{{state}}}","jwk":{"kty":"EC","kid":"{{{kid}}}"}}""";
}

internal static class CliResultText
{
    public static string ErrorJsonOrText(this CliResult result) => result.Error;
}
