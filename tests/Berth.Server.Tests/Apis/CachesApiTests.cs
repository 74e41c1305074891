namespace Berth.Server.Tests.Apis;

public sealed class CachesApiTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(Golden.Package("Echo"));
        _admin = _server.Host();
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task R65_Loads_of_one_version_hit_the_caches_and_the_figures_say_so()
    {
        await LoadAndAgeAsync();
        await ReloadAsync();
        await ReloadAsync();
        foreach (var name in (string[])["manifest", "verification", "scan"])
        {
            var cache = await FiguresAsync(name);
            cache.GetProperty("hits").GetInt64().ShouldBeGreaterThan(0, name);
            cache.GetProperty("ratio").GetDouble().ShouldBeGreaterThan(0, name);
        }
    }

    [Fact]
    public async Task R44_A_manifest_that_was_changed_in_the_store_is_seen_by_the_next_load()
    {
        var file = await LoadAndAgeAsync();
        var text = await File.ReadAllTextAsync(file);
        MakeWritable(file);
        await File.WriteAllTextAsync(file, text.Replace("\"lib/net10.0/Echo.dll\"", "\"lib/net10.0/Other.dll\"", StringComparison.Ordinal));
        (await _admin.PostAsync("/api/v1/plugins/system/instances/Echo/1.0.0/unload", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ben = await _server.CreateUserAsync();
        using var install = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Echo/install", new { });
        // Seen, and no longer what the registry signed.
        await install.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "signature.wrong");
    }

    [Fact]
    public async Task Entries_are_counted_by_a_dry_run_and_thrown_away_by_name_plugin_and_pattern()
    {
        await LoadAndAgeAsync();
        await ReloadAsync();
        (await InvalidateAsync("dry_run=true&plugin=echo")).GetProperty("entries").GetInt32().ShouldBe(3);
        (await InvalidateAsync("pattern=Echo/2.*")).GetProperty("entries").GetInt32().ShouldBe(0);
        (await InvalidateAsync("cache=scan")).GetProperty("caches").GetProperty("scan").GetInt32().ShouldBe(1);
        var rest = await InvalidateAsync("pattern=Echo/*");
        (rest.GetProperty("dry_run").GetBoolean(), rest.GetProperty("entries").GetInt32()).ShouldBe((false, 2));
    }

    [Fact]
    public async Task A_cache_that_is_not_there_is_404_with_those_that_are()
    {
        using var answer = await _admin.PostAsync("/api/v1/plugins/system/caches/invalidate?cache=cookies", null);
        var problem = await answer.ShouldBeProblemAsync(HttpStatusCode.NotFound, "cache.unknown");
        problem.GetProperty("detail").GetString()!.ShouldContain("manifest, verification, scan");
    }

    [Fact]
    public async Task It_is_for_administrators()
    {
        var ana = await _server.CreateUserAsync();
        using var answer = await ana.Client.PostAsync("/api/v1/plugins/system/caches/invalidate", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    // What was written just now is not kept: the files of the version are made an hour old.
    private async Task<string> LoadAndAgeAsync()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        var folder = Path.Combine(_server.DataDirectory, "plugins", "shared", "Echo", "v1.0.0");
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            MakeWritable(path);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        }

        await ReloadAsync();
        return Path.Combine(folder, "plugin.json");
    }

    private async Task ReloadAsync()
    {
        (await _admin.PostAsync("/api/v1/plugins/system/instances/Echo/1.0.0/unload", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var user = await _server.CreateUserAsync();
        await user.InstallAsync("Echo");
    }

    private static void MakeWritable(string path) => File.SetAttributes(path, FileAttributes.Normal);

    private async Task<JsonElement> InvalidateAsync(string query)
    {
        using var answer = await _admin.PostAsync("/api/v1/plugins/system/caches/invalidate?" + query, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> FiguresAsync(string name) =>
        (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/stats")).GetProperty("caches").GetProperty(name);
}
