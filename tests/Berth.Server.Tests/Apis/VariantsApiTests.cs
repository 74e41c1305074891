using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Berth.Server.Tests.Apis;

public sealed class VariantsApiTests : IAsyncLifetime
{
    private const string Author = "/* words of the author that no browser needs, and there are many of them */\nexport default { mount(aPlace) { aPlace.textContent = 'shown'; } };\n";
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(settings => settings with { Variants = true });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_ordered_variant_is_reported_and_downloaded_beside_the_authors_package()
    {
        var package = Package("Clock", enabled: true);
        await _server.PublishAsync(package);
        using var registry = _server.Registry();

        var ready = await OrderAsync(registry, "Clock");
        ready.GetProperty("state").GetString().ShouldBe("ready");
        var digest = ready.GetProperty("digest").GetString()!;

        using var response = await registry.GetAsync("/api/v1/plugins/Clock/1.0.0/download?variant=optimized");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(digest);
        response.Headers.ETag!.Tag.ShouldBe($"\"{digest}\"");
        response.Headers.GetValues("Repr-Digest").Single().ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
        response.Headers.GetValues("Berth-Variant-Of").Single().ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(package))}:");
        response.Headers.GetValues("Berth-Variant").Single().ShouldBe("optimized");
        (await registry.GetByteArrayAsync("/api/v1/plugins/Clock/1.0.0/download")).ShouldBe(package, "the author's bytes are what they were");
        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Clock/1.0.0/download?variant=optimized");
        conditional.Headers.IfNoneMatch.Add(response.Headers.ETag);
        using var unchanged = await registry.SendAsync(conditional);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var report = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/1.0.0/optimization")).GetProperty("report");
        report.GetProperty("front_end").GetString().ShouldBe("es_module");
        report.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()).ShouldBe(["test_files", "source_maps", "bundle", "minify"]);
        report.GetProperty("after").GetProperty("served").GetProperty("brotli").GetInt64().ShouldBeLessThan(report.GetProperty("before").GetProperty("served").GetProperty("brotli").GetInt64());
        var listed = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/1.0.0/variants")).GetProperty("variants").EnumerateArray().Single();
        listed.GetProperty("offered").GetBoolean().ShouldBeTrue();
        listed.GetProperty("signature").GetProperty("signatures").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_does_not_exist_is_404_and_strangers_order_nothing()
    {
        await _server.PublishAsync(Package("Clock", enabled: false));
        using var registry = _server.Registry();
        foreach (var (path, code) in new[]
        {
            ("/api/v1/plugins/Clock/1.0.0/download?variant=optimized", "variant.unknown"), ("/api/v1/plugins/Clock/download?variant=optimized", "variant.unknown"),
            ("/api/v1/plugins/Clock/1.0.0/download?variant=", "variant.unknown"), ("/api/v1/plugins/Clock/1.0.0/download?variant=../1.0.0", "variant.unknown"),
            ("/api/v1/plugins/Clock/1.0.0/optimization", "variant.unknown"), ("/api/v1/plugins/Clock/9.0.0/variants", "version.unknown"), ("/api/v1/plugins/Nothing/1.0.0/optimization", "plugin.unknown"),
        })
        {
            using var response = await registry.GetAsync(path);
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, code);
        }

        var stranger = await _server.CreateUserAsync();
        using var theirs = _server.Registry(stranger.Token);
        using var refused = await theirs.PostAsync("/api/v1/plugins/Clock/1.0.0/variants", null);
        await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "variant.not_publisher");
    }

    [Fact]
    public async Task Maintainers_of_the_plugins_publisher_order_and_its_other_members_do_not()
    {
        var (ana, bob, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var annes = _server.Registry(ana.Token);
        (await annes.PostAsJsonAsync("/api/v1/publishers", new { name = "acme" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _server.Registry().PostAsJsonAsync("/api/v1/publishers/acme/prefixes", new { prefix = "acme." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (user, role) in new[] { (bob, "maintainer"), (cyd, "viewer") })
        {
            var invited = await (await annes.PostAsJsonAsync("/api/v1/publishers/acme/invitations", new { user = user.Id, role })).Content.ReadFromJsonAsync<JsonElement>();
            (await _server.Registry(user.Token).PostAsync($"/api/v1/publisher-invitations/{invited.GetProperty("id").GetString()}/accept", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await annes.PutAsync("/api/v1/plugins/acme.clock/1.0.0", new ByteArrayContent(Package("acme.clock", enabled: false)))).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await OrderAsync(_server.Registry(bob.Token), "acme.clock")).GetProperty("state").GetString().ShouldBe("ready");
        using var refused = await _server.Registry(cyd.Token).PostAsync("/api/v1/plugins/acme.clock/1.0.0/variants", null);
        await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "variant.not_publisher");
    }

    [Fact]
    public async Task A_publish_whose_manifest_asks_for_it_is_made_smaller_without_an_order()
    {
        await _server.PublishAsync(Package("Clock", enabled: true));
        using var registry = _server.Registry();

        await Eventually.TrueAsync(
            async () => (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/1.0.0/variants")).GetProperty("variants").EnumerateArray()
                .Any(variant => variant.GetProperty("state").GetString() == "ready"),
            "the variant is made");
        (await registry.GetAsync("/api/v1/plugins/Clock/1.0.0/download?variant=optimized")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_preview_keeps_nothing()
    {
        await _server.PublishAsync(Package("Clock", enabled: false));
        using var registry = _server.Registry();

        using var response = await registry.PostAsync("/api/v1/plugins/Clock/1.0.0/variants?dry_run=true", null);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("would_be_made").GetBoolean().ShouldBeTrue();
        (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/1.0.0/variants")).GetProperty("variants").GetArrayLength().ShouldBe(0);

        using var unpublished = await registry.PostAsync("/api/v1/optimize", new ByteArrayContent(Package("Other", enabled: false)));
        (await unpublished.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("report").GetProperty("saved_percent").GetDouble().ShouldBeGreaterThan(20);
        using var broken = await registry.PostAsync("/api/v1/optimize", new ByteArrayContent("no package"u8.ToArray()));
        broken.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var backend = await registry.PostAsync("/api/v1/optimize", new ByteArrayContent(TestPackages.Pack(
            ("plugin.json", """{"name":"Back","version":"1.0.0","module":{"assembly":"lib/net10.0/Back.dll"}}"""), ("lib/net10.0/Back.dll", "no matter"))));
        await backend.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "variant.no_front_end");
    }

    [Fact]
    public async Task A_host_that_takes_variants_serves_the_optimised_files_and_keeps_the_authors()
    {
        await _server.PublishAsync(Package("Clock", enabled: true));
        using var registry = _server.Registry();
        await OrderAsync(registry, "Clock");
        var user = await _server.CreateUserAsync();
        await user.InstallAsync("Clock");

        var served = await ServedAsync(user, "Clock");

        served.ShouldNotBe(Author);
        served.ShouldContain("shown");
        served.ShouldNotContain("words of the author");
        var folder = Path.Combine(_server.DataDirectory, "plugins", "shared", "Clock");
        (await File.ReadAllTextAsync(Path.Combine(folder, "v1.0.0", "dist", "index.js"))).ShouldBe(Author);

        // What the store has is what its index says, and a repair brings it back.
        using var status = await user.Client.GetAsync("/api/v1/plugins/Clock/status");
        (await status.Content.ReadAsStringAsync()).ShouldContain("healthy");
        var optimised = Directory.GetFiles(Path.Combine(folder, "v1.0.0_index"), "*.opt").Single();
        await File.WriteAllTextAsync(optimised, "changed");
        using var repaired = await user.Client.PostAsync("/api/v1/plugins/Clock/repair", null);
        repaired.IsSuccessStatusCode.ShouldBeTrue(await repaired.Content.ReadAsStringAsync());
        (await ServedAsync(user, "Clock")).ShouldContain("shown");
    }

    [Fact]
    public async Task A_version_that_was_there_before_its_variant_gets_it_later()
    {
        await _server.PublishAsync(Package("Clock", enabled: true));
        var user = await _server.CreateUserAsync();
        await user.InstallAsync("Clock");
        await OrderAsync(_server.Registry(), "Clock");

        await _server.RestartAsync(settings => settings with { Variants = true });

        using var again = _server.Host(user.Token);
        await Eventually.TrueAsync(async () => await ServedAsync(user with { Client = again }, "Clock") != Author, "the optimised files are served");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Without_the_hosts_setting_or_the_authors_leave_the_authors_files_are_served(bool enabled, bool variants)
    {
        await _server.RestartAsync(settings => settings with { Variants = variants });
        await _server.PublishAsync(Package("Clock", enabled));
        await OrderAsync(_server.Registry(), "Clock");
        var user = await _server.CreateUserAsync();
        await user.InstallAsync("Clock");

        (await ServedAsync(user, "Clock")).ShouldBe(Author);
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("signature")]
    public async Task A_variant_that_is_not_what_the_registry_signed_is_not_taken_and_the_install_goes_on(string fault)
    {
        await _server.PublishAsync(Package("Clock", enabled: true));
        var ready = await OrderAsync(_server.Registry(), "Clock");
        var digest = ready.GetProperty("digest").GetString()!;
        if (fault == "digest")
        {
            var path = Directory.GetFiles(Path.Combine(_server.DataDirectory, "packages"), digest, SearchOption.AllDirectories).Single();
            var bytes = await File.ReadAllBytesAsync(path);
            bytes[^30] ^= 1;
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await File.WriteAllBytesAsync(path, bytes);
        }
        else
        {
            var database = _server.Server.Services.GetRequiredService<Berth.Data.Sessions.IDatabase>();
            await database.WriteAsync(session => session.ExecuteAsync("UPDATE variant SET signature = NULL"));
        }

        var user = await _server.CreateUserAsync();
        await user.InstallAsync("Clock");

        (await ServedAsync(user, "Clock")).ShouldBe(Author);
    }

    [Fact]
    public async Task A_host_takes_variants_from_a_registry_over_HTTP_too()
    {
        await _server.PublishAsync(Package("Clock", enabled: true));
        await OrderAsync(_server.Registry(), "Clock");
        await using var host = await TestServer.StartAsync(settings => settings with
        {
            Role = Berth.Server.Configuration.BerthRole.Host,
            RegistryUrls = [_server.RegistryUrl],
            Variants = true,
        });
        var user = await host.CreateUserAsync();
        await user.InstallAsync("Clock");

        (await ServedAsync(user, "Clock", host)).ShouldNotBe(Author);
    }

    private static byte[] Package(string slug, bool enabled) => TestPackages.Pack(
        ("plugin.json", JsonSerializer.Serialize(new
        {
            name = slug,
            version = "1.0.0",
            frontend = new { entry = "dist/index.js", modules = new[] { new { name = "Panel", displayName = "Panel", props = new { moduleType = "module" } } } },
            optimization = new { bundleOptimization = new { enabled } },
        })),
        ("dist/index.js", Author),
        ("src/index.ts", "never served"));

    private static async Task<JsonElement> OrderAsync(HttpClient registry, string slug)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/plugins/{slug}/1.0.0/variants");
        request.Headers.Add("Prefer", "wait");
        using var response = await registry.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<string> ServedAsync(TestUser user, string slug, TestServer? server = null)
    {
        using var client = (server ?? _server).Host(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await user.AddressOfAsync(slug, "dist/index.js"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var response = await client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await response.Content.ReadAsStringAsync();
        return text;
    }
}
