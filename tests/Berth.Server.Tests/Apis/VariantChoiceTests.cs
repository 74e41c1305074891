using System.Net.Http.Headers;

namespace Berth.Server.Tests.Apis;

/// <summary>Two users of one version, of whom one takes optimised files and one does not.</summary>
public sealed class VariantChoiceTests : IAsyncLifetime
{
    private const string File = "dist/index.js";
    private const string Plain = "dist/words.txt";
    private static readonly string Author = string.Concat(Enumerable.Range(0, 60).Select(line => $"/* words that no browser needs */\nexport function step{line}(place) {{ place.textContent = 'shown {line * 7919}'; }}\n"));
    private TestServer _server = null!;
    private TestUser _ada = null!;
    private TestUser _bob = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { Variants = true });
        await PublishAsync();
        (_ada, _bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await _ada.InstallAsync("Clock");
        await _bob.InstallAsync("Clock");
        await Eventually.TrueAsync(async () => (await ByCapabilityAsync(_ada)).Text != Author, "the host has the variant");
        await ChooseAsync(_bob, "original");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Each_gets_their_bytes_by_capability_and_by_token()
    {
        var (ada, bob) = (await ByCapabilityAsync(_ada), await ByCapabilityAsync(_bob));
        ada.Text.ShouldNotContain("words that no browser needs");
        bob.Text.ShouldBe(Author);
        ada.Tag.ShouldNotBe(bob.Tag);
        new[] { ada, bob }.ShouldAllBe(answer => answer.Caching!.Contains("immutable", StringComparison.Ordinal));

        (await ByTokenAsync(_ada)).Text.ShouldBe(ada.Text);
        (await ByTokenAsync(_bob)).Text.ShouldBe(Author);
        (await ByTokenAsync(_bob)).Tag.ShouldBe(bob.Tag, "the same bytes have the same tag, however they are asked for");

        // What the variant does not change is one file for both.
        (await ByTokenAsync(_ada, Plain)).ShouldBe(await ByTokenAsync(_bob, Plain));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Each_gets_the_compressed_form_of_their_own_bytes(string coding)
    {
        var (ada, bob) = (await CodedAsync(_ada, coding), await CodedAsync(_bob, coding));

        ada.ShouldBe((await ByCapabilityAsync(_ada)).Text);
        bob.ShouldBe(Author);
    }

    [Fact]
    public async Task A_change_counts_at_once_and_the_address_changes_with_the_bytes()
    {
        var (before, open) = (await AddressAsync(_bob), await AddressAsync(_ada));
        await ChooseAsync(_bob, "optimized");
        var after = await AddressAsync(_bob);

        after.ShouldNotBe(before);
        (await GetAsync(after)).Text.ShouldBe((await ByCapabilityAsync(_ada)).Text);
        (await ByTokenAsync(_bob)).Text.ShouldNotBe(Author);
        (await GetAsync(before)).Text.ShouldBe(Author, "a page that is open goes on with its own files, and a cache is never told another thing");

        await ChooseAsync(_ada, "original");
        (await ByTokenAsync(_ada)).Text.ShouldBe(Author);
        (await GetAsync(open)).Text.ShouldNotBe(Author);
        (await AddressAsync(_ada)).ShouldNotBe(open);

        await ChooseAsync(_bob, "original");
        (await AddressAsync(_bob)).ShouldBe(before, "the same bytes, the same address");
    }

    [Fact]
    public async Task Nobody_makes_an_address_for_other_bytes_out_of_their_own()
    {
        var parts = (await AddressAsync(_bob)).Split('/');
        var at = Array.FindIndex(parts, part => part.StartsWith('~'));
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[at].AsSpan(1));
        var adas = System.Buffers.Text.Base64Url.DecodeFromChars((await AddressAsync(_ada)).Split('/')[at].AsSpan(1));
        // Bob's proof before ada's claim; the proof is 21 bytes long.
        parts[at] = "~" + System.Buffers.Text.Base64Url.EncodeToString([.. bytes[..21], .. adas[21..]]);

        using var response = await _server.Host(null).GetAsync(string.Join('/', parts));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Status_answer_audit_and_event_tell_of_the_choice_and_a_dry_run_leaves_none()
    {
        (await InfoAsync(_ada)).ShouldBe(("optimized", "optimized"));
        (await InfoAsync(_bob)).ShouldBe(("original", "original"));
        using (var dry = await _bob.Client.PatchAsJsonAsync("/api/v1/plugins/Clock?dry_run=true", new { variant = "optimized" }))
        {
            var plan = (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("plan");
            plan.GetProperty("kind").GetString().ShouldBe("variant");
        }

        (await InfoAsync(_bob)).ShouldBe(("original", "original"));
        using var admin = _server.Host();
        var entry = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=plugin.variant")).GetProperty("entries").EnumerateArray().Single();
        entry.GetProperty("outcome").GetString().ShouldBe("succeeded");
        var events = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/events?type=berth.installation.variant_chosen")).GetRawText();
        events.ShouldContain("\"variant\":\"original\"");
        events.ShouldNotContain("\"variant\":\"optimized\"");

        (await ChooseAsync(_bob, "optimized")).GetProperty("served_variant").GetString().ShouldBe("optimized");
    }

    [Theory]
    [InlineData("""{"variant":"smaller"}""")]
    [InlineData("""{"variant":null}""")]
    [InlineData("""{"variant":1}""")]
    [InlineData("""{"variant":"original","enabled":true}""")]
    [InlineData("""{"variant":"original","pinned":null}""")]
    public async Task What_is_no_choice_changes_nothing(string body)
    {
        using var response = await _ada.Client.PatchAsync("/api/v1/plugins/Clock", new StringContent(body, Encoding.UTF8, "application/json"));

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid");
        (await InfoAsync(_ada)).ShouldBe(("optimized", "optimized"));
    }

    [Fact]
    public async Task Who_does_not_have_the_plugin_chooses_nothing()
    {
        var cyd = await _server.CreateUserAsync();
        using var response = await cyd.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { variant = "original" });
        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
    }

    [Fact]
    public async Task An_open_page_goes_on_with_the_authors_files_when_the_cleanup_took_the_optimised_ones_and_nothing_keeps_them()
    {
        var open = await AddressAsync(_ada);
        await ChooseAsync(_ada, "original");
        await CleanAsync();

        var answer = await GetAsync(open);
        answer.Text.ShouldBe(Author);
        answer.Caching.ShouldBe("no-cache, private", "these are not the bytes that the address names");

        await ChooseAsync(_ada, "optimized");
        (await AddressAsync(_ada)).ShouldBe(open);
        (await GetAsync(open)).Text.ShouldNotBe(Author);
    }

    [Fact]
    public async Task An_optimised_file_that_is_gone_costs_nobody_the_page()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_server.DataDirectory, "plugins", "shared", "Clock", "v1.0.0_index"), "*.opt*"))
            System.IO.File.Delete(file);
        await _server.RestartAsync(settings => settings with { Variants = true });
        _ada = _ada with { Client = _server.Host(_ada.Token) };
        await Eventually.TrueAsync(async () => (await InfoAsync(_ada)).Served == "optimized", "judged");
        // The forms that the plain bytes could be unpacked from, too.
        foreach (var form in Directory.GetFiles(Path.Combine(_server.DataDirectory, "plugins", "shared", "Clock", "v1.0.0_index"), "*.*").Where(path => !path.EndsWith(".json", StringComparison.Ordinal)))
            System.IO.File.Delete(form);

        var answer = await ByCapabilityAsync(_ada);

        (answer.Text, answer.Caching).ShouldBe((Author, "no-cache, private"));
    }

    [Fact]
    public async Task Who_takes_them_with_a_registry_over_HTTP_has_them_at_once_though_the_host_was_without()
    {
        await using var host = await TestServer.StartAsync(settings => settings with { Role = Berth.Server.Configuration.BerthRole.Host, RegistryUrls = [_server.RegistryUrl], Variants = true });
        var (cyd, dan) = (await host.CreateUserAsync(), await host.CreateUserAsync());
        foreach (var user in new[] { cyd, dan })
        {
            await user.InstallAsync("Clock");
            await ChooseAsync(user, "original");
        }

        using (var cleaned = await host.Host().PostAsync("/api/v1/plugins/system/cleanup", null))
            (await cleaned.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").GetRawText().ShouldContain("\"variant\"");
        (await GetAsync(await AddressAsync(dan), host)).Text.ShouldBe(Author);

        (await ChooseAsync(dan, "optimized")).GetProperty("served_variant").GetString().ShouldBe("optimized");

        (await GetAsync(await AddressAsync(dan), host)).Text.ShouldNotBe(Author);
        (await GetAsync(await AddressAsync(cyd), host)).Text.ShouldBe(Author);
    }

    [Fact]
    public async Task The_code_behind_both_is_one_instance()
    {
        await _server.PublishAsync(WithCode());
        await OrderAsync("Echo");
        foreach (var user in new[] { _ada, _bob })
            await user.InstallAsync("Echo");
        await ChooseAsync(_bob, "original", "Echo");

        foreach (var user in new[] { _ada, _bob })
        {
            using var answer = await user.Client.GetAsync("/p/Echo/version");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        (await GetAsync(await AddressAsync(_ada, "Echo"))).Text.ShouldNotBe((await GetAsync(await AddressAsync(_bob, "Echo"))).Text);
        using var admin = _server.Host();
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .Count(instance => instance.GetProperty("slug").GetString() == "Echo").ShouldBe(1);
    }

    private async Task CleanAsync()
    {
        using var response = await _server.Host().PostAsync("/api/v1/plugins/system/cleanup", null);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> ChooseAsync(TestUser user, string variant, string slug = "Clock")
    {
        using var response = await user.Client.PatchAsJsonAsync($"/api/v1/plugins/{slug}", new { variant });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
    }

    private static async Task<(string Variant, string Served)> InfoAsync(TestUser user)
    {
        var info = (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/status")).GetProperty("data").GetProperty("plugin_info");
        return (info.GetProperty("variant").GetString()!, info.GetProperty("served_variant").GetString()!);
    }

    private static Task<string> AddressAsync(TestUser user, string slug = "Clock") => user.AddressOfAsync(slug, File);

    private async Task<Answer> ByCapabilityAsync(TestUser user) => await GetAsync(await AddressAsync(user));

    private async Task<Answer> ByTokenAsync(TestUser user, string path = File)
    {
        using var client = _server.Host(user.Token);
        using var response = await client.GetAsync($"/api/v1/public/plugins/Clock/{path}");
        return await ReadAsync(response);
    }

    private async Task<Answer> GetAsync(string address, TestServer? server = null)
    {
        using var client = (server ?? _server).Host(null);
        using var response = await client.GetAsync(address);
        return await ReadAsync(response);
    }

    private async Task<string> CodedAsync(TestUser user, string coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await AddressAsync(user));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));
        using var client = _server.Host(null);
        using var response = await client.SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe([coding]);
        await using var body = await response.Content.ReadAsStreamAsync();
        await using Stream plain = coding == "br" ? new System.IO.Compression.BrotliStream(body, System.IO.Compression.CompressionMode.Decompress) : new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync();
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return new Answer(text, response.Headers.ETag!.Tag, response.Headers.TryGetValues("Cache-Control", out var caching) ? string.Join(", ", caching) : null);
    }

    private async Task PublishAsync()
    {
        await _server.PublishAsync(TestPackages.Pack(
            ("plugin.json", """{"name":"Clock","version":"1.0.0","frontend":{"entry":"dist/index.js","modules":[{"name":"Panel","displayName":"Panel","props":{"moduleType":"module"}}]},"optimization":{"bundleOptimization":{"enabled":true}}}"""),
            (File, Author), (Plain, "A text that nobody makes smaller.")));
        await OrderAsync("Clock");
    }

    private async Task OrderAsync(string slug)
    {
        using var registry = _server.Registry();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/plugins/{slug}/1.0.0/variants");
        request.Headers.Add("Prefer", "wait");
        using var response = await registry.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The golden plugin Echo with a front end beside its code.</summary>
    private static byte[] WithCode()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "Echo", "1.0.0");
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "plugin.json")))!;
        manifest["frontend"] = System.Text.Json.Nodes.JsonNode.Parse("""{"entry":"dist/index.js","modules":[{"name":"Panel","displayName":"Panel","props":{"moduleType":"module"}}]}""");
        manifest["optimization"] = System.Text.Json.Nodes.JsonNode.Parse("""{"bundleOptimization":{"enabled":true}}""");
        using var output = new MemoryStream();
        Berth.Packaging.Archive.PackageWriter.Write(output,
        [
            new("plugin.json", Encoding.UTF8.GetBytes(manifest.ToJsonString())),
            new("lib/net10.0/Echo.dll", System.IO.File.ReadAllBytes(Path.Combine(folder, "lib", "net10.0", "Echo.dll"))),
            new(File, Encoding.UTF8.GetBytes(Author)),
        ]);
        return output.ToArray();
    }

    private sealed record Answer(string Text, string Tag, string? Caching);
}
