namespace Berth.Server.Tests.Composition;

/// <summary>A registry with another one behind it.</summary>
public sealed class UpstreamTests
{
    [Fact]
    public async Task What_is_not_published_here_comes_from_upstream_and_stays_when_that_one_goes_away()
    {
        await using var upstream = await TestServer.StartAsync();
        var package = TestPackages.FrontEnd("Faraway");
        await upstream.PublishAsync(package, TestPackages.FrontEnd("Unseen"));
        await using var here = await StartBehindAsync(upstream, TimeSpan.FromSeconds(1));

        using (var found = await here.Registry().GetAsync("/api/v1/plugins/faraway"))
        {
            found.StatusCode.ShouldBe(HttpStatusCode.OK, await found.Content.ReadAsStringAsync());
            found.Headers.GetValues("Berth-Upstream").Single().ShouldBe("fresh");
            (await found.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("trust_level").GetString().ShouldBe("verified", "internal there is not internal here");
        }

        var downloads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => here.Registry().GetByteArrayAsync("/api/v1/plugins/Faraway/1.0.0/download")));
        downloads.ShouldAllBe(bytes => bytes.SequenceEqual(package));
        (await here.Registry().GetAsync("/api/v1/plugins/Nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // A user of this host installs it like any other.
        var ada = await here.CreateUserAsync();
        (await ada.Client.PostAsJsonAsync("/api/v1/plugins/Faraway/install", new { })).StatusCode.ShouldBe(HttpStatusCode.Created);

        await upstream.StopAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using var found = await here.Registry().GetAsync("/api/v1/plugins/Faraway");
                found.StatusCode.ShouldBe(HttpStatusCode.OK);
                return found.Headers.GetValues("Berth-Upstream").Single() == "stale";
            },
            "the answer to be old");
        (await here.Registry().GetByteArrayAsync("/api/v1/plugins/Faraway/1.0.0/download")).ShouldBe(package);
        using var away = await here.Registry().GetAsync("/api/v1/plugins/Unseen");
        await away.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "upstream.away");
    }

    [Fact]
    public async Task A_name_of_this_house_is_never_asked_for_upstream()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await TestServer.StartAsync(settings => settings with { Upstream = upstream.Address, UpstreamLocal = ["acme-"] });
        await here.PublishAsync(TestPackages.FrontEnd("Ours"));
        await here.Registry().GetAsync("/api/v1/plugins/ours");
        await here.Registry().GetAsync("/api/v1/plugins/OURS/9.9.9/download");
        await here.Registry().GetAsync("/api/v1/plugins/acme-secret");
        await here.Registry().GetAsync("/api/v1/plugins/ACME-Secret/1.0.0");
        await here.Registry().GetAsync("/api/v1/plugins/..%2f..%2fadmin");
        upstream.Asked.ShouldBeEmpty();

        (await here.Registry().GetAsync("/api/v1/plugins/Theirs")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        upstream.Asked.ShouldHaveSingleItem().ShouldBe("/api/v1/plugins/theirs/versions");
        // What is published here afterwards takes the name at once.
        await here.PublishAsync(TestPackages.FrontEnd("Theirs"));
        (await here.Registry().GetAsync("/api/v1/plugins/Theirs/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Other_bytes_than_promised_are_not_kept_and_redirects_are_not_followed()
    {
        await using var upstream = new ScriptedUpstream();
        var manifest = JsonSerializer.Serialize(new { name = "Liar", version = "1.0.0", frontend = new { entry = "dist/remoteEntry.js" } });
        upstream.Answers["/api/v1/plugins/liar/versions"] = (200, $$"""{"slug":"Liar","versions":[{"slug":"Liar","version":"1.0.0","digest":"{{new string('a', 64)}}","size":5,"trust_level":"community","manifest":{{manifest}}}]}""");
        upstream.Answers["/api/v1/plugins/Liar/1.0.0/download"] = (200, "other");
        upstream.Answers["/api/v1/plugins/moved/versions"] = (302, "http://127.0.0.1:1/elsewhere");
        await using var here = await TestServer.StartAsync(settings => settings with { Upstream = upstream.Address });

        (await here.Registry().GetAsync("/api/v1/plugins/Liar")).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 2; i++)
        {
            using var refused = await here.Registry().GetAsync("/api/v1/plugins/Liar/1.0.0/download");
            await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "upstream.away");
        }

        using var moved = await here.Registry().GetAsync("/api/v1/plugins/Moved");
        await moved.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "upstream.away");
        upstream.Asked.ShouldNotContain(path => path.Contains("elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warnings_successors_and_channels_of_upstream_are_shown_here()
    {
        await using var upstream = await TestServer.StartAsync();
        await upstream.PublishAsync(TestPackages.FrontEnd("Old"), TestPackages.FrontEnd("New"), TestPackages.FrontEnd("New", "2.0.0"));
        (await upstream.Registry().PostAsJsonAsync("/api/v1/plugins/Old/1.0.0/deprecate", new { message = "Take the new one.", successor = "New", successor_version = "^1" })).EnsureSuccessStatusCode();
        (await upstream.Registry().PostAsJsonAsync("/api/v1/plugins/New/versions/1.0.0/rollback", new { channel = "stable", reason = "2.0.0 breaks." })).EnsureSuccessStatusCode();
        await using var here = await StartBehindAsync(upstream, TimeSpan.FromSeconds(60));

        var there = (await upstream.Registry().GetFromJsonAsync<JsonElement>("/api/v1/plugins/Old/1.0.0")).GetProperty("deprecation").GetRawText();
        (await here.Registry().GetFromJsonAsync<JsonElement>("/api/v1/plugins/Old/1.0.0")).GetProperty("deprecation").GetRawText().ShouldBe(there);
        (await here.Registry().GetFromJsonAsync<JsonElement>("/api/v1/plugins/New")).GetProperty("latest_version").GetString().ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Quarantine_and_yanks_of_upstream_are_in_force_here()
    {
        await using var upstream = await TestServer.StartAsync();
        await upstream.PublishAsync(TestPackages.FrontEnd("Bad"));
        (await upstream.Registry().PutAsJsonAsync("/api/v1/plugins/Bad/trust", new { level = "quarantined", reason = "Malware." })).EnsureSuccessStatusCode();
        await using var here = await StartBehindAsync(upstream, TimeSpan.FromSeconds(60));

        using var refused = await here.Registry().GetAsync("/api/v1/plugins/Bad/1.0.0/download");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
    }

    [Fact]
    public async Task The_trust_of_what_comes_from_upstream_is_not_decided_here_but_it_is_stopped_here()
    {
        await using var upstream = await TestServer.StartAsync();
        var package = TestPackages.FrontEnd("Faraway");
        await upstream.PublishAsync(package, TestPackages.FrontEnd("Faraway", "1.1.0"), TestPackages.FrontEnd("Other"));
        await using var here = await StartBehindAsync(upstream, TimeSpan.FromSeconds(60));
        using var registry = here.Registry();
        (await registry.GetAsync("/api/v1/plugins/Faraway/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await registry.PutAsJsonAsync("/api/v1/plugins/faraway/trust", new { level = "untrusted", reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "trust.upstream");
        await (await registry.PostAsJsonAsync("/api/v1/plugins/Faraway/trust/requests", new { level = "internal", reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "trust.upstream");
        await (await registry.PostAsJsonAsync("/api/v1/plugins/Faraway/trust/violations", new { kind = "malware", severity = "high", action = "restrict", reason = "x" }))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "trust.upstream");
        await (await registry.GetAsync("/api/v1/plugins/Faraway/trust")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "trust.upstream");
        await (await registry.PutAsJsonAsync("/api/v1/plugins/Nowhere/trust", new { level = "untrusted", reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.unknown");

        foreach (var (kind, subject, hitsBoth) in new[] { ("plugin", "Faraway", true), ("version", "Faraway@1.0.0", false), ("file", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(package)), false) })
        {
            using var set = await registry.PostAsJsonAsync("/api/v1/trust/quarantines", new { kind, subject, reason = "Malware." });
            set.StatusCode.ShouldBe(HttpStatusCode.Created, await set.Content.ReadAsStringAsync());
            await (await registry.GetAsync("/api/v1/plugins/Faraway/1.0.0/download")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
            (await registry.GetAsync("/api/v1/plugins/Faraway/1.1.0/download")).StatusCode.ShouldBe(hitsBoth ? HttpStatusCode.Forbidden : HttpStatusCode.OK, kind);
            (await registry.GetAsync("/api/v1/plugins/Other/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK);
            var id = (await set.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
            (await registry.DeleteAsync($"/api/v1/trust/quarantines/{id}?reason=over")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await registry.GetAsync("/api/v1/plugins/Faraway/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.OK, $"{kind} is lifted");
        }
    }

    private static Task<TestServer> StartBehindAsync(TestServer upstream, TimeSpan lifetime) => TestServer.StartAsync(settings => settings with
    {
        Upstream = new Uri(upstream.RegistryUrl + "/"),
        UpstreamToken = TestServer.AdminToken,
        UpstreamLifetime = lifetime,
    });
}
