using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;

namespace Berth.Server.Tests.Apis;

/// <summary>Plugins carried from one registry to another in one signed file.</summary>
public sealed class BundlesApiTests(BundlesApiTests.Shared shared) : IClassFixture<BundlesApiTests.Shared>
{
    private readonly TestServer _source = shared.Server;

    [Fact]
    public async Task A_bundle_brings_packages_their_dependencies_and_decisions_and_again_changes_nothing()
    {
        var (needs, needed, bytes) = await PublishPairAsync();
        await DecideAsync(_source, needed, "verified");
        var bundle = await ExportAsync([$"{needs}@^1.0"], withDependencies: true);
        await using var target = await TestServer.StartAsync();

        var first = await ImportAsync(target, bundle, await KeysAsync());
        first.StatusCode.ShouldBe(HttpStatusCode.OK, await first.Content.ReadAsStringAsync());
        var versions = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("versions").EnumerateArray().ToList();
        versions.Select(version => (version.GetProperty("slug").GetString(), version.GetProperty("state").GetString())).ShouldBe([(needed, "published"), (needs, "published")]);
        (await target.Registry().GetByteArrayAsync($"/api/v1/plugins/{needs}/1.0.0/download")).ShouldBe(bytes);
        (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/trust")).GetProperty("level").GetString().ShouldBe("verified");
        (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needs}/trust")).GetProperty("level").GetString().ShouldBe("verified", "another house's internal plugins are verified here");

        var second = await (await ImportAsync(target, bundle, await KeysAsync())).Content.ReadFromJsonAsync<JsonElement>();
        second.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("state").GetString()).ShouldAllBe(state => state == "unchanged");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_keeps_nothing()
    {
        var (needs, _, _) = await PublishPairAsync();
        var bundle = await ExportAsync([needs], withDependencies: false);
        await using var target = await TestServer.StartAsync();

        var answer = await (await ImportAsync(target, bundle, await KeysAsync(), "?dry_run=true")).Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("versions")[0].GetProperty("state").GetString().ShouldBe("new");
        (await target.Registry().GetAsync($"/api/v1/plugins/{needs}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_bundle_that_nobody_trusted_signed_or_whose_bytes_changed_is_refused_as_a_whole()
    {
        var (needs, _, _) = await PublishPairAsync();
        var bundle = await ExportAsync([needs], withDependencies: true);
        await using var target = await TestServer.StartAsync();

        using (var unknown = await ImportAsync(target, bundle, keys: null))
            await unknown.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.signature");
        var keys = await KeysAsync();
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var damaged = (byte[])bundle.Clone();
            // The last two blocks of a tar archive are padding.
            damaged[random.Next(damaged.Length - 1_536)] ^= (byte)(1 << random.Next(8));
            using var refused = await ImportAsync(target, damaged, keys);
            if (refused.StatusCode == HttpStatusCode.OK)
                continue; // a bit of a header that says nothing about the bytes: time, owner, padding
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!.ShouldStartWith("bundle.");
        }

        using var cut = await ImportAsync(target, bundle[..(bundle.Length / 2)], keys);
        cut.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var form = await ImportAsync(target, "no bundle"u8.ToArray(), keys);
        await form.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.form");
    }

    [Fact]
    public async Task A_part_that_is_not_the_signed_one_is_refused_before_anything_is_kept()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var package = TestPackages.FrontEnd("Swapped");
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(package));
        var part = new BundlePart("packages/1.berth", package.Length, digest);
        var index = new BundleIndex(1, "test", 1, [], [new BundleVersion("Swapped", "1.0.0", part.Path, digest, null, "community", null, null, null)], [part]);
        var signature = new SignatureFile([DetachedSignature.Create(index.ToBytes(), BundleIndex.SignatureType, key)]);
        var other = (byte[])package.Clone();
        other[^30] ^= 1;
        using var file = new MemoryStream();
        await BundleWriter.WriteAsync(file, index, signature, _ => Task.FromResult<Stream>(new MemoryStream(other)));
        await using var target = await TestServer.StartAsync();

        using var refused = await ImportAsync(target, file.ToArray(), JsonWebKeySet.Write([key.Public]));
        await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.part");
        (await target.Registry().GetAsync("/api/v1/plugins/Swapped")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var sound = new MemoryStream();
        await BundleWriter.WriteAsync(sound, index, signature, _ => Task.FromResult<Stream>(new MemoryStream(package)));
        (await ImportAsync(target, sound.ToArray(), JsonWebKeySet.Write([key.Public]))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_plugin_that_is_somebody_elses_is_left_alone_and_the_others_come()
    {
        var (needs, needed, _) = await PublishPairAsync();
        var bundle = await ExportAsync([needs], withDependencies: true);
        await using var target = await TestServer.StartAsync();
        var ada = await target.CreateUserAsync();
        (await target.Registry(ada.Token).PutAsync($"/api/v1/plugins/{needed}/9.0.0", new ByteArrayContent(TestPackages.FrontEnd(needed, "9.0.0")))).StatusCode.ShouldBe(HttpStatusCode.Created);

        var answer = await (await ImportAsync(target, bundle, await KeysAsync())).Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("refused").GetInt32().ShouldBe(1);
        answer.GetProperty("versions")[0].GetProperty("code").GetString().ShouldBe("slug.taken");
        answer.GetProperty("versions")[1].GetProperty("state").GetString().ShouldBe("published");
    }

    [Fact]
    public async Task A_bundle_brings_advisories_before_the_packages_are_scanned_and_again_changes_nothing()
    {
        await using var source = await TestServer.StartAsync();
        await using var target = await TestServer.StartAsync();
        // Known against when it is published already: it stays visible there.
        await AdvisoryAsync(source, "GHSA-other", "left-pad");
        await source.PublishAsync(TestPackages.FrontEnd("Lodger", "1.0.0", null, ("package-lock.json", Lock)));
        await AdvisoryAsync(source, "GHSA-lodash", "lodash");
        var bundle = await ExportAsync(["Lodger"], withDependencies: false, source);
        var keys = await source.Registry().GetStringAsync("/api/v1/bundles/keys");

        var dry = await (await ImportAsync(target, bundle, keys, "?dry_run=true")).Content.ReadFromJsonAsync<JsonElement>();
        dry.GetProperty("advisories").GetProperty("imported").GetInt32().ShouldBe(2);
        (await target.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories")).GetProperty("advisories").GetArrayLength().ShouldBe(0);

        using var first = await ImportAsync(target, bundle, keys);
        var answer = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement;
        first.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        answer.GetProperty("advisories").GetProperty("imported").GetInt32().ShouldBe(2);
        var there = await source.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories");
        (await target.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories")).GetRawText().ShouldBe(there.GetRawText());
        // The package was scanned with them: it is among the affected, or held for them.
        var affected = (await target.Registry().GetFromJsonAsync<JsonElement>("/api/v1/advisories/affected")).GetProperty("affected").EnumerateArray().ToList();
        var state = answer.GetProperty("versions")[0].GetProperty("state").GetString();
        (state == "held" || affected.Any(one => one.GetProperty("slug").GetString() == "Lodger" && one.GetProperty("advisory").GetString() == "GHSA-lodash")).ShouldBeTrue($"{state}, {affected.Count} affected");

        var second = await (await ImportAsync(target, bundle, keys)).Content.ReadFromJsonAsync<JsonElement>();
        (second.GetProperty("advisories").GetProperty("imported").GetInt32(), second.GetProperty("advisories").GetProperty("unchanged").GetInt32()).ShouldBe((0, 2));

        // Who does not want them leaves them out.
        using var without = await source.Registry().PostAsJsonAsync("/api/v1/bundles/export?dry_run=true", new { plugins = new[] { "Lodger" }, with_advisories = false });
        (await without.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("advisories").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_bundle_brings_yanks_and_warnings_with_their_successors_and_a_newer_warning_here_stays()
    {
        var (needs, needed, _) = await PublishPairAsync();
        await WarnAsync(_source, needed, "2.1.0", "It loses data.", needs);
        (await _source.Registry().PostAsJsonAsync($"/api/v1/plugins/{needs}/1.0.0/yank", new { reason = "Broken." })).EnsureSuccessStatusCode();
        var bundle = await ExportAsync([$"{needs}@1.0.0", needed], withDependencies: false);
        await using var target = await TestServer.StartAsync();

        (await ImportAsync(target, bundle, await KeysAsync())).StatusCode.ShouldBe(HttpStatusCode.OK);

        var yanked = await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needs}/1.0.0");
        (yanked.GetProperty("yanked").GetBoolean(), yanked.GetProperty("yank_reason").GetString()).ShouldBe((true, "Broken."));
        var there = (await _source.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/2.1.0")).GetProperty("deprecation");
        var here = (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/2.1.0")).GetProperty("deprecation");
        here.GetRawText().ShouldBe(there.GetRawText());

        await WarnAsync(target, needed, "2.1.0", "We have looked at it ourselves.", null);
        (await ImportAsync(target, bundle, await KeysAsync())).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/2.1.0")).GetProperty("deprecation").GetProperty("message").GetString().ShouldBe("We have looked at it ourselves.");
    }

    [Fact]
    public async Task A_successor_that_is_not_here_is_left_out_said_and_taken_over_when_it_has_come()
    {
        var (needs, needed, _) = await PublishPairAsync();
        await WarnAsync(_source, needed, "2.1.0", "It loses data.", needs);
        await using var target = await TestServer.StartAsync();

        var first = await (await ImportAsync(target, await ExportAsync([needed], withDependencies: false), await KeysAsync())).Content.ReadFromJsonAsync<JsonElement>();
        first.GetProperty("versions")[0].GetProperty("detail").GetString()!.ShouldContain(needs);
        var alone = (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/2.1.0")).GetProperty("deprecation");
        (alone.GetProperty("message").GetString(), alone.GetProperty("successor").ValueKind).ShouldBe(("It loses data.", JsonValueKind.Null));

        await ImportAsync(target, await ExportAsync([needs, needed], withDependencies: false), await KeysAsync());
        (await target.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{needed}/2.1.0")).GetProperty("deprecation").GetProperty("successor").GetString().ShouldBe(needs);
    }

    [Fact]
    public async Task What_the_source_has_stopped_since_is_stopped_here_when_it_is_the_very_same()
    {
        var (needs, needed, _) = await PublishPairAsync();
        var (other, _, _) = await PublishPairAsync();
        await using var target = await TestServer.StartAsync();
        await ImportAsync(target, await ExportAsync([needs, needed], withDependencies: false), await KeysAsync());
        // Of the same name, and somebody else's work.
        await target.PublishAsync(TestPackages.FrontEnd(other, "1.0.0"));
        (await _source.Registry().PostAsJsonAsync("/api/v1/trust/quarantines", new { kind = "plugin", subject = needed, reason = "It steals." })).EnsureSuccessStatusCode();
        await DecideAsync(_source, other, "quarantined");

        var answer = await (await ImportAsync(target, await ExportAsync([needs], withDependencies: false), await KeysAsync())).Content.ReadFromJsonAsync<JsonElement>();

        answer.GetProperty("quarantined").EnumerateArray().Select(one => one.GetString()).ShouldBe([$"{needed}@2.1.0"]);
        using var stopped = await target.Registry().GetAsync($"/api/v1/plugins/{needed}/2.1.0/download");
        await stopped.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
        (await target.Registry().GetAsync($"/api/v1/plugins/{other}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await ImportAsync(target, await ExportAsync([needs], withDependencies: false), await KeysAsync())).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("quarantined").GetArrayLength().ShouldBe(0, "it is stopped already");
    }

    [Fact]
    public async Task A_file_of_format_1_is_read_and_one_of_a_later_format_is_not()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var package = TestPackages.FrontEnd("Older");
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(package));
        await using var target = await TestServer.StartAsync();

        // Byte for byte what the program of that time wrote.
        var index = $$"""{"createdAt":1,"formatVersion":1,"keys":[],"parts":[{"path":"packages/1.berth","sha256":"{{digest}}","size":{{package.Length}}}],"source":"old","versions":[{"digest":"{{digest}}","package":"packages/1.berth","signatures":null,"slug":"Older","trustLevel":"verified","trustReason":"Looked at.","version":"1.0.0","yankReason":null,"yankedAt":null}]}""";
        using (var imported = await ImportAsync(target, Tar(index, key, package), JsonWebKeySet.Write([key.Public])))
            imported.StatusCode.ShouldBe(HttpStatusCode.OK, await imported.Content.ReadAsStringAsync());
        (await target.Registry().GetFromJsonAsync<JsonElement>("/api/v1/plugins/Older/trust")).GetProperty("level").GetString().ShouldBe("verified");

        foreach (var no in (string[])[index.Replace("\"formatVersion\":1", "\"formatVersion\":5"), index.Replace("\"createdAt\":1,", "\"advisories\":[],\"createdAt\":1,")])
        {
            using var refused = await ImportAsync(target, Tar(no, key, package), JsonWebKeySet.Write([key.Public]));
            await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.index");
        }
    }

    [Fact]
    public async Task A_source_is_its_key_at_whatever_address_and_another_key_at_its_address_is_refused_until_it_is_accepted()
    {
        using var theirs = SigningKey.Create(SignatureAlgorithm.ES256);
        using var others = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();
        (await ImportAsync(target, await BundleOfAsync("First", "https://there.example", theirs), JsonWebKeySet.Write([theirs.Public]))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var moved = await (await ImportAsync(target, await BundleOfAsync("Second", "https://moved.example", theirs), JsonWebKeySet.Write([theirs.Public]))).Content.ReadFromJsonAsync<JsonElement>();
        (moved.GetProperty("source").GetString(), moved.GetProperty("known_as").GetString()).ShouldBe(("https://moved.example", "https://there.example"));
        var decision = (await target.Registry().GetFromJsonAsync<JsonElement>("/api/v1/plugins/Second/trust/history")).GetProperty("decisions")[0];
        decision.GetProperty("evidence").GetProperty("source").GetString().ShouldBe("https://there.example");

        var third = await BundleOfAsync("Third", "https://there.example", others);
        using (var refused = await ImportAsync(target, third, JsonWebKeySet.Write([others.Public])))
            await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.source_key");
        (await target.Registry().GetAsync("/api/v1/plugins/Third")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var wrong = await ImportAsync(target, third, JsonWebKeySet.Write([others.Public]), $"?accept_key={theirs.Public.Thumbprint}"))
            await wrong.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.source_key");
        (await ImportAsync(target, third, JsonWebKeySet.Write([others.Public]), $"?accept_key={others.Public.Thumbprint}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ImportAsync(target, third, JsonWebKeySet.Write([others.Public]))).StatusCode.ShouldBe(HttpStatusCode.OK, "it is known now");
    }

    private static async Task<byte[]> BundleOfAsync(string slug, string source, SigningKey key)
    {
        var package = TestPackages.FrontEnd(slug);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(package));
        var part = new BundlePart("packages/1.berth", package.Length, digest);
        var index = new BundleIndex(1, source, 1, [], [new BundleVersion(slug, "1.0.0", part.Path, digest, null, "community", null, null, null)], [part]);
        using var file = new MemoryStream();
        await BundleWriter.WriteAsync(
            file, index, new SignatureFile([DetachedSignature.Create(index.ToBytes(), BundleIndex.SignatureType, key)]), _ => Task.FromResult<Stream>(new MemoryStream(package)));
        return file.ToArray();
    }

    [Fact]
    public async Task What_is_missing_is_named_and_nothing_is_made()
    {
        using var response = await _source.Registry().PostAsJsonAsync("/api/v1/bundles/export", new { plugins = new[] { "Nowhere", "Nothing@^2" } });
        (await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "bundle.missing")).GetProperty("errors").GetArrayLength().ShouldBe(2);
    }

    private async Task<(string Needs, string Needed, byte[] Bytes)> PublishPairAsync()
    {
        var (needs, needed) = ($"A{Guid.NewGuid():N}"[..20], $"B{Guid.NewGuid():N}"[..20]);
        var bytes = TestPackages.FrontEnd(needs, "1.0.0", new { dependencies = new Dictionary<string, string> { [needed] = "^2.0.0" } });
        await _source.PublishAsync(TestPackages.FrontEnd(needed, "2.1.0"), bytes);
        return (needs, needed, bytes);
    }

    private const string Lock = """{"lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.20"}}}""";

    private static async Task AdvisoryAsync(TestServer server, string id, string package)
    {
        var advisory = $$"""{"id":"{{id}}","modified":"2026-01-01T00:00:00Z","summary":"Bad","affected":[{"package":{"ecosystem":"npm","name":"{{package}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}""";
        (await server.Registry().PostAsync("/api/v1/advisories", new StringContent(advisory))).EnsureSuccessStatusCode();
    }

    private static async Task WarnAsync(TestServer server, string slug, string version, string message, string? successor) =>
        (await server.Registry().PostAsJsonAsync($"/api/v1/plugins/{slug}/{version}/deprecate", new { message, successor })).EnsureSuccessStatusCode();

    /// <summary>A bundle with an index that is given as it is written.</summary>
    private static byte[] Tar(string index, SigningKey key, byte[] package)
    {
        using var file = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(file, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
        {
            Add("bundle.json", Encoding.UTF8.GetBytes(index));
            Add("bundle.sig", Encoding.UTF8.GetBytes(new SignatureFile([DetachedSignature.Create(Encoding.UTF8.GetBytes(index), BundleIndex.SignatureType, key)]).ToJson()));
            Add("packages/1.berth", package);

            void Add(string name, byte[] bytes) => tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return file.ToArray();
    }

    private static async Task DecideAsync(TestServer server, string slug, string level) =>
        (await server.Registry().PutAsJsonAsync($"/api/v1/plugins/{slug}/trust", new { level, reason = "Looked at." })).EnsureSuccessStatusCode();

    private Task<byte[]> ExportAsync(string[] plugins, bool withDependencies, TestServer? source = null) => (source ?? _source).ExportBundleAsync(plugins, withDependencies);

    private Task<string> KeysAsync() => _source.BundleKeysAsync();

    private static Task<HttpResponseMessage> ImportAsync(TestServer target, byte[] bundle, string? keys, string query = "") => target.ImportBundleAsync(bundle, keys, query);

    public sealed class Shared : ServerFixture;
}
