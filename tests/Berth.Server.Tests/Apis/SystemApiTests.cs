namespace Berth.Server.Tests.Apis;

public sealed class SystemApiTests(SystemApiTests.Shared shared) : IClassFixture<SystemApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task The_figures_have_the_contracts_names_and_count_versions_not_users()
    {
        for (var i = 0; i < 5; i++)
        {
            var user = await _server.CreateUserAsync();
            await user.InstallAsync("Clock");
            await user.InstallAsync("Echo");
            (await user.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var stats = await _server.Host().GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/stats");
        Names(stats).ShouldBe(
            ["users", "installations", "plugins_installed", "versions_in_store", "unique_versions_in_use", "managers", "storage", "memory", "versions", "operations", "caches", "cleanup", "nodes", "events"],
            ignoreOrder: true);
        Names(stats.GetProperty("managers")).ShouldBe(["active", "created_total", "retired_total", "leaked"], ignoreOrder: true);
        Names(stats.GetProperty("storage")).ShouldBe(["shared_bytes", "user_metadata_bytes", "unshared_equivalent_bytes", "saved_percent"], ignoreOrder: true);
        Names(stats.GetProperty("memory")).ShouldBe(["process_bytes", "managed_bytes", "per_instance"], ignoreOrder: true);
        Names(stats.GetProperty("cleanup")).ShouldBe(["last_run", "last_result"], ignoreOrder: true);
        Names(stats.GetProperty("nodes")[0]).ShouldBe(["name", "version", "started_at", "last_seen", "alive"], ignoreOrder: true);
        stats.GetProperty("nodes")[0].GetProperty("alive").GetBoolean().ShouldBeTrue();
        stats.GetProperty("events").GetProperty("raised").GetInt64().ShouldBeGreaterThan(0);
        var reader = stats.GetProperty("events").GetProperty("readers").EnumerateArray().Single(reader => reader.GetProperty("name").GetString() == "outbox");
        Names(reader).ShouldBe(["name", "depth", "capacity", "delivered", "dropped"], ignoreOrder: true);
        var install = stats.GetProperty("operations").GetProperty("install");
        Names(install).ShouldBe(["succeeded", "failed", "p50_ms", "p95_ms"], ignoreOrder: true);
        install.GetProperty("succeeded").GetInt64().ShouldBe(10);
        stats.GetProperty("installations").GetInt64().ShouldBe(10);
        stats.GetProperty("users").GetInt64().ShouldBe(6, "five and the administrator");
        stats.GetProperty("versions_in_store").GetInt64().ShouldBe(2);
        stats.GetProperty("unique_versions_in_use").GetInt64().ShouldBe(2);
        stats.GetProperty("versions").GetProperty("Clock").GetProperty("1.0.0").GetInt64().ShouldBe(5);
        stats.GetProperty("managers").GetProperty("active").GetInt64().ShouldBe(1, "one instance for all users");
        stats.GetProperty("memory").GetProperty("per_instance")[0].GetProperty("slug").GetString().ShouldBe("Echo");
        foreach (var cache in stats.GetProperty("caches").EnumerateObject())
            Names(cache.Value).ShouldBe(["hits", "misses", "ratio"], ignoreOrder: true);
        stats.GetProperty("storage").GetProperty("unshared_equivalent_bytes").GetInt64().ShouldBeGreaterThan(stats.GetProperty("storage").GetProperty("shared_bytes").GetInt64());
    }

    [Fact]
    public async Task Services_between_plugins_are_told_to_administrators_only()
    {
        // A server of its own: another test counts the users of the shared one.
        await using var server = await TestServer.StartAsync();
        using var admin = server.Host();
        var services = await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/services");
        Names(services).ShouldBe(["offers", "bindings", "refusals"]);
        var user = await server.CreateUserAsync();
        (await user.Client.GetAsync("/api/v1/plugins/system/services")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_last_cleanup_is_told_and_a_dry_run_is_none()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = server.Host();
        (await LastAsync()).GetProperty("last_run").ValueKind.ShouldBe(JsonValueKind.Null);
        using (await admin.PostAsync("/api/v1/plugins/system/cleanup?dry_run=true", null))
            (await LastAsync()).GetProperty("last_result").ValueKind.ShouldBe(JsonValueKind.Null);

        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        using var run = await admin.PostAsync("/api/v1/plugins/system/cleanup", null);
        var last = await LastAsync();

        last.GetProperty("last_run").GetDateTimeOffset().ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1));
        Names(last.GetProperty("last_result")).ShouldBe(["managers", "versions", "temp_files", "bytes_freed", "items"], ignoreOrder: true);
        last.GetProperty("last_result").GetRawText().ShouldBe(await run.Content.ReadAsStringAsync());

        async Task<JsonElement> LastAsync() => (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/stats")).GetProperty("cleanup");
    }

    [Fact]
    public async Task R27_An_instance_is_shown_unloaded_and_loaded_again_by_the_next_call()
    {
        // A server of its own: the other test counts what this one does.
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(Golden.Package("Guarded"));
        var ana = await server.CreateUserAsync();
        await ana.InstallAsync("Guarded");
        (await ana.Client.GetAsync("/p/Guarded/allowed")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var admin = server.Host();
        var instances = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray();
        var mine = instances.Single(instance => instance.GetProperty("slug").GetString() == "Guarded");
        mine.GetProperty("state").GetString().ShouldBe("loaded");
        mine.GetProperty("leases").GetInt32().ShouldBe(0);

        using (var unloaded = await admin.PostAsync("/api/v1/plugins/system/instances/Guarded/1.0.0/unload", null))
            (await unloaded.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("unloaded");
        using (var again = await admin.PostAsync("/api/v1/plugins/system/instances/Guarded/1.0.0/unload", null))
            await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "instance.unknown");
        (await ana.Client.GetAsync("/p/Guarded/allowed")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd(), Golden.Package("Echo"));
    }
}
