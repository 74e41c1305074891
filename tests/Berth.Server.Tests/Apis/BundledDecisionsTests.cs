using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;

namespace Berth.Server.Tests.Apis;

/// <summary>What a registry decided and lifted again travels in its bundles.</summary>
public sealed class BundledDecisionsTests(BundledDecisionsTests.Shared shared) : IClassFixture<BundledDecisionsTests.Shared>
{
    private static readonly byte[] Package = TestPackages.FrontEnd("Drifter");
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Package));
    private readonly TestServer _source = shared.Server;

    [Fact]
    public async Task What_the_source_has_lifted_is_lifted_here_also_of_versions_that_are_not_in_the_bundle()
    {
        var (slug, bad) = (Name(), Name());
        await _source.PublishAsync(TestPackages.FrontEnd(slug), TestPackages.FrontEnd(slug, "1.1.0"), TestPackages.FrontEnd(bad));
        await using var target = await TestServer.StartAsync();
        await target.TakeBundleAsync(await _source.ExportBundleAsync([$"{slug}@1.0.0", $"{slug}@1.1.0", bad]), await _source.BundleKeysAsync());

        await DoAsync(_source, $"plugins/{slug}/1.0.0/yank", new { reason = "Broken." });
        await DoAsync(_source, $"plugins/{slug}/1.1.0/deprecate", new { message = "It loses data." });
        var stopped = await DoAsync(_source, "trust/quarantines", new { kind = "version", subject = $"{bad}@1.0.0", reason = "It steals." });
        await target.TakeBundleAsync(await _source.ExportBundleAsync([$"{slug}@1.1.0"]), await _source.BundleKeysAsync());
        (await StateAsync(target, slug, "1.0.0")).ShouldBe((true, null), "it is not in this bundle, and others of its plugin are");
        (await StateAsync(target, slug, "1.1.0")).ShouldBe((false, "It loses data."));
        (await target.Registry().GetAsync($"/api/v1/plugins/{bad}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        await DoAsync(_source, $"plugins/{slug}/1.0.0/unyank", new { });
        await DoAsync(_source, $"plugins/{slug}/1.1.0/deprecate", new { message = "" });
        using (var lifted = await _source.Registry().DeleteAsync($"/api/v1/trust/quarantines/{Id(stopped)}?reason=A%20false%20alarm."))
            lifted.IsSuccessStatusCode.ShouldBeTrue(await lifted.Content.ReadAsStringAsync());
        var bundle = await _source.ExportBundleAsync([$"{slug}@1.1.0"]);

        Lifted(await target.TakeBundleAsync(bundle, await _source.BundleKeysAsync(), "?dry_run=true")).ShouldBe(Three(slug, bad), ignoreOrder: true);
        (await StateAsync(target, slug, "1.0.0")).ShouldBe((true, null), "a dry run changes nothing");
        (await target.Registry().GetAsync($"/api/v1/plugins/{bad}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "a dry run lifts nothing");

        Lifted(await target.TakeBundleAsync(bundle, await _source.BundleKeysAsync())).ShouldBe(Three(slug, bad), ignoreOrder: true);
        (await StateAsync(target, slug, "1.0.0")).ShouldBe((false, null));
        (await StateAsync(target, slug, "1.1.0")).ShouldBe((false, null));
        (await target.Registry().GetAsync($"/api/v1/plugins/{bad}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Lifted(await target.TakeBundleAsync(bundle, await _source.BundleKeysAsync())).ShouldBeEmpty("again changes nothing");
    }

    [Fact]
    public async Task What_people_here_put_on_stays_whatever_the_source_lifts()
    {
        var slug = Name();
        await _source.PublishAsync(TestPackages.FrontEnd(slug), TestPackages.FrontEnd(slug, "1.1.0"));
        await DoAsync(_source, $"plugins/{slug}/1.0.0/yank", new { reason = "Broken." });
        await DoAsync(_source, $"plugins/{slug}/1.1.0/deprecate", new { message = "It loses data." });
        await using var target = await TestServer.StartAsync();
        await target.TakeBundleAsync(await _source.ExportBundleAsync([$"{slug}@1.0.0", $"{slug}@1.1.0"]), await _source.BundleKeysAsync());
        await DoAsync(target, $"plugins/{slug}/1.0.0/yank", new { reason = "Not for us." });
        await DoAsync(target, $"plugins/{slug}/1.1.0/deprecate", new { message = "We have looked ourselves." });

        await DoAsync(_source, $"plugins/{slug}/1.0.0/unyank", new { });
        await DoAsync(_source, $"plugins/{slug}/1.1.0/deprecate", new { message = "" });
        Lifted(await target.TakeBundleAsync(await _source.ExportBundleAsync([$"{slug}@1.0.0", $"{slug}@1.1.0"]), await _source.BundleKeysAsync())).ShouldBeEmpty();

        (await StateAsync(target, slug, "1.0.0")).ShouldBe((true, null));
        (await StateAsync(target, slug, "1.1.0")).ShouldBe((false, "We have looked ourselves."));
    }

    [Fact]
    public async Task Keys_that_are_over_at_the_source_are_over_here_when_they_came_from_there()
    {
        var (slug, later) = (Name(), Name());
        using var carried = SigningKey.Create(SignatureAlgorithm.ES256);
        using var own = SigningKey.Create(SignatureAlgorithm.ES256);
        foreach (var key in (SigningKey[])[carried, own])
            await RegisterAsync(_source, key, "author");
        var package = TestPackages.FrontEnd(slug);
        await _source.PublishAsync(package);
        await SignAsync(_source, slug, package, carried);
        await using var target = await TestServer.StartAsync();
        await RegisterAsync(target, own, "ours");
        await target.TakeBundleAsync(await _source.ExportBundleAsync([slug]), await _source.BundleKeysAsync());
        (await KeyAsync(target, carried)).State.ShouldBe("active");

        await DoAsync(_source, $"keys/{carried.Public.Thumbprint}/retire", new { });
        await DoAsync(_source, $"keys/{own.Public.Thumbprint}/retire", new { });
        var retired = (await target.TakeBundleAsync(await _source.ExportBundleAsync([slug]), await _source.BundleKeysAsync())).GetProperty("keys");
        retired.GetProperty("retired").EnumerateArray().Select(kid => kid.GetString()).ShouldBe([carried.Public.Thumbprint]);
        (await KeyAsync(target, carried)).State.ShouldBe("retired");
        (await KeyAsync(target, own)).State.ShouldBe("active", "somebody here registered it themselves");
        (await IsSignedAsync(target, slug)).ShouldBeTrue("it came in before");

        var since = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeSeconds());
        await DoAsync(_source, $"keys/{carried.Public.Thumbprint}/revoke", new { since, reason = "Stolen." });
        var newer = TestPackages.FrontEnd(later);
        await _source.PublishAsync(newer);
        var revoked = await target.TakeBundleAsync(await _source.ExportBundleAsync([slug, later]), await _source.BundleKeysAsync());
        revoked.GetProperty("keys").GetProperty("revoked").EnumerateArray().Select(kid => kid.GetString()).ShouldBe([carried.Public.Thumbprint]);
        revoked.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("state").GetString()).ShouldBe(["unchanged", "published"]);
        (await KeyAsync(target, carried)).ShouldBe(("revoked", since));
        (await IsSignedAsync(target, slug)).ShouldBeFalse();
        (await target.TakeBundleAsync(await _source.ExportBundleAsync([slug]), await _source.BundleKeysAsync())).GetProperty("keys").GetProperty("revoked").GetArrayLength().ShouldBe(0, "it is revoked already");
    }

    [Fact]
    public async Task An_older_bundle_that_comes_later_decides_nothing_about_what_a_newer_one_has_spoken_of()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();
        var keys = JsonWebKeySet.Write([key.Public]);
        await target.TakeBundleAsync(await BundleAsync(key, at: 10, yank: null, stopped: false), keys);

        await target.TakeBundleAsync(await BundleAsync(key, at: 5, yank: "Broken.", stopped: true), keys);
        (await StateAsync(target, "Drifter", "1.0.0")).Yanked.ShouldBeFalse();
        (await target.Registry().GetAsync("/api/v1/plugins/Drifter/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await target.TakeBundleAsync(await BundleAsync(key, at: 20, yank: "Broken.", stopped: true), keys)).GetProperty("quarantined").GetArrayLength().ShouldBe(1);
        (await StateAsync(target, "Drifter", "1.0.0")).Yanked.ShouldBeTrue();
        Lifted(await target.TakeBundleAsync(await BundleAsync(key, at: 15, yank: null, stopped: false), keys)).ShouldBeEmpty();
        (await StateAsync(target, "Drifter", "1.0.0")).Yanked.ShouldBeTrue();
    }

    [Fact]
    public async Task A_quarantine_is_not_lifted_by_a_bundle_that_another_key_has_signed()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var other = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();
        var keys = JsonWebKeySet.Write([key.Public, other.Public]);
        await target.TakeBundleAsync(await BundleAsync(key, at: 10, yank: null, stopped: true), keys);

        var answer = await target.TakeBundleAsync(await BundleAsync(other, at: 20, yank: null, stopped: false), keys, $"?accept_key={other.Public.Thumbprint}");
        Lifted(answer).ShouldBeEmpty();
        answer.GetProperty("left")[0].GetString()!.ShouldContain("berth trust lift ");
        using var stopped = await target.Registry().GetAsync("/api/v1/plugins/Drifter/1.0.0/download");
        await stopped.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");

        Lifted(await target.TakeBundleAsync(await BundleAsync(key, at: 30, yank: null, stopped: false), keys)).ShouldBe(["Drifter 1.0.0 quarantine"]);
    }

    [Fact]
    public async Task A_version_of_that_name_with_other_bytes_is_another_houses_and_left_alone()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();
        await target.PublishAsync(TestPackages.FrontEnd("Drifter", "1.0.0", null, ("dist/more.js", "// ours")));
        var index = new BundleIndex(3, "there", 10, [], [new BundleVersion("Other", "1.0.0", "packages/1.berth", OtherDigest, null, "community", null, null, null)], [new BundlePart("packages/1.berth", Other.Length, OtherDigest)])
        {
            Others = [new BundleDecision("Drifter", "1.0.0", Digest, 1, "Broken.") { Deprecation = new BundleDeprecation("It loses data.", null, null, 1) }],
        };

        await target.TakeBundleAsync(await WriteAsync(index, key, Other), JsonWebKeySet.Write([key.Public]));
        (await StateAsync(target, "Drifter", "1.0.0")).ShouldBe((false, null));
    }

    [Fact]
    public async Task A_file_of_format_2_is_read_and_lifts_what_it_speaks_of()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();
        var keys = JsonWebKeySet.Write([key.Public]);
        await target.TakeBundleAsync(await BundleAsync(key, at: 10, yank: "Broken.", stopped: true, format: 2), keys);
        (await StateAsync(target, "Drifter", "1.0.0")).Yanked.ShouldBeTrue();

        // Byte for byte what the program of that time wrote.
        var index = $$"""{"createdAt":20,"formatVersion":2,"keys":[],"parts":[{"path":"packages/1.berth","sha256":"{{Digest}}","size":{{Package.Length}}}],"quarantined":[],"source":"there","versions":[{"digest":"{{Digest}}","package":"packages/1.berth","signatures":null,"slug":"Drifter","trustLevel":"community","trustReason":null,"version":"1.0.0","yankReason":null,"yankedAt":null}]}""";
        BundleIndex.Read(Encoding.UTF8.GetBytes(index), out var fault).ShouldNotBeNull(fault);
        Lifted(await target.TakeBundleAsync(await BundleAsync(key, at: 20, yank: null, stopped: false, format: 2), keys)).ShouldBe(["Drifter 1.0.0 quarantine", "Drifter 1.0.0 yank"], ignoreOrder: true);

        BundleIndex.Read(Encoding.UTF8.GetBytes(index.Replace("\"keys\":[]", "\"keyStates\":[],\"keys\":[]")), out fault).ShouldBeNull();
        fault.ShouldBe("It has members that format version 2 has not.");
    }

    private static readonly byte[] Other = TestPackages.FrontEnd("Other");
    private static readonly string OtherDigest = Convert.ToHexStringLower(SHA256.HashData(Other));

    private static Task<byte[]> BundleAsync(SigningKey key, long at, string? yank, bool stopped, int format = 3)
    {
        var version = new BundleVersion("Drifter", "1.0.0", "packages/1.berth", Digest, null, "community", null, yank is null ? null : 1, yank);
        return WriteAsync(
            new BundleIndex(format, "there", at, [], [version], [new BundlePart("packages/1.berth", Package.Length, Digest)])
            {
                Quarantined = stopped ? [new BundleQuarantine("Drifter", "1.0.0", Digest, "It steals.")] : [],
                Others = format < 3 ? null : [],
                KeyStates = format < 3 ? null : [],
            },
            key,
            Package);
    }

    private static async Task<byte[]> WriteAsync(BundleIndex index, SigningKey key, byte[] package)
    {
        using var file = new MemoryStream();
        await BundleWriter.WriteAsync(
            file, index, new SignatureFile([DetachedSignature.Create(index.ToBytes(), BundleIndex.SignatureType, key)]), _ => Task.FromResult<Stream>(new MemoryStream(package)));
        return file.ToArray();
    }

    private static string Name() => $"L{Guid.NewGuid():N}"[..20];

    private static string[] Three(string slug, string bad) => [$"{slug} 1.0.0 yank", $"{slug} 1.1.0 warning", $"{bad} 1.0.0 quarantine"];

    private static IEnumerable<string> Lifted(JsonElement answer) => answer.GetProperty("lifted").EnumerateArray()
        .Select(one => $"{one.GetProperty("slug").GetString()} {one.GetProperty("version").GetString()} {one.GetProperty("mark").GetString()}");

    private static string Id(JsonElement quarantine) => (quarantine.TryGetProperty("quarantine", out var inner) ? inner : quarantine).GetProperty("id").GetString()!;

    private static async Task<JsonElement> DoAsync(TestServer server, string path, object body)
    {
        using var response = await server.Registry().PostAsJsonAsync($"/api/v1/{path}", body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<(bool Yanked, string? Warning)> StateAsync(TestServer server, string slug, string version)
    {
        var json = await server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/{version}");
        return (json.GetProperty("yanked").GetBoolean(), json.TryGetProperty("deprecation", out var warning) && warning.ValueKind == JsonValueKind.Object ? warning.GetProperty("message").GetString() : null);
    }

    private static async Task RegisterAsync(TestServer server, SigningKey key, string name)
    {
        using var made = await server.Registry().PostAsync("/api/v1/keys", new StringContent($$"""{"jwk":{{key.Public.ToJwk()}},"name":"{{name}}","not_before":"2020-01-01T00:00:00Z"}""", Encoding.UTF8, "application/json"));
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
    }

    private static async Task SignAsync(TestServer server, string slug, byte[] package, SigningKey key)
    {
        var list = CanonicalFileList.Create((await PackageReader.ReadAsync(new MemoryStream(package), PackageLimits.Default)).Package.ShouldNotBeNull());
        var file = new SignatureFile([DetachedSignature.Create(list, DetachedSignature.FilesType, key)]).ToJson();
        using var signed = await server.Registry().PostAsync($"/api/v1/plugins/{slug}/1.0.0/signatures", new StringContent(file, Encoding.UTF8, "application/json"));
        signed.IsSuccessStatusCode.ShouldBeTrue(await signed.Content.ReadAsStringAsync());
    }

    private static async Task<(string State, DateTimeOffset? Since)> KeyAsync(TestServer server, SigningKey key)
    {
        var list = await server.Registry().GetFromJsonAsync<JsonElement>("/api/v1/keys");
        var one = list.GetProperty("keys").EnumerateArray().Single(one => one.GetProperty("kid").GetString() == key.Public.Thumbprint);
        return (one.GetProperty("state").GetString()!, one.TryGetProperty("revoked_since", out var since) && since.ValueKind == JsonValueKind.String ? since.GetDateTimeOffset() : null);
    }

    private static async Task<bool> IsSignedAsync(TestServer server, string slug) =>
        (await server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0")).GetProperty("signatures").EnumerateArray()
            .Any(one => one.GetProperty("role").GetString() == "author" && one.GetProperty("valid").GetBoolean());

    public sealed class Shared : ServerFixture;
}
