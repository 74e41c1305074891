namespace Berth.Server.Tests.Storage;

public sealed class FullDiskTests
{
    private const string Ballast = "ballast";

    [Fact]
    public async Task A_full_disk_refuses_keeps_nothing_half_and_recovers()
    {
        await using var server = await MountedServer.StartAsync(megabytes: 27);
        await File.WriteAllBytesAsync(Path.Combine(server.Inside, Ballast), new byte[12 * 1024 * 1024]);
        using var registry = server.Registry();
        using var ana = await server.CreateUserAsync();
        (await PublishAsync(registry, "Small", TestPackages.FrontEnd("Small"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await InstallAsync(ana, "Small")).StatusCode.ShouldBe(HttpStatusCode.Created);

        // Publishing until the disk is full.
        var published = new List<(string Slug, byte[] Package)>();
        HttpResponseMessage? refused = null;
        (string Slug, byte[] Package) last = ("", []);
        while (refused is null && published.Count < 12)
        {
            last = ($"Big{published.Count}", Big($"Big{published.Count}"));
            var response = await PublishAsync(registry, last.Slug, last.Package);
            if (response.StatusCode == HttpStatusCode.Created)
                published.Add(last);
            else
                refused = response;
        }

        refused.ShouldNotBeNull("the disk was never full");
        published.ShouldNotBeEmpty();
        await refused.ShouldBeProblemAsync(HttpStatusCode.InsufficientStorage, "storage.full");
        (await registry.GetAsync($"/api/v1/plugins/{last.Slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Directory.EnumerateFiles(Path.Combine(server.Inside, "packages", ".staging")).ShouldBeEmpty();
        foreach (var (slug, package) in published)
            (await registry.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(package);

        // Installing what has no room.
        using (var full = await InstallAsync(ana, "Big0"))
        {
            full.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage, await full.Content.ReadAsStringAsync());
            (await full.ShouldBeProblemAsync()).GetProperty("code").GetString().ShouldBeOneOf("store.full", "storage.full", "database.full");
        }

        (await InstalledAsync(ana)).ShouldBe(["Small"]);
        Directory.Exists(Path.Combine(server.Inside, "plugins", "shared", "Big0", "v1.0.0")).ShouldBeFalse();
        Directory.EnumerateDirectories(Path.Combine(server.Inside, "plugins", "cache", "temp")).ShouldBeEmpty();

        // Not one byte left: once the database's log has used the room it has, it too can only refuse; what is there is served.
        server.Fill("fill");
        var (created, refusedUser) = await CreateUntilFullAsync(server);
        using (refusedUser)
            await refusedUser.ShouldBeProblemAsync(HttpStatusCode.InsufficientStorage, "storage.full");
        using (var ready = await server.Host().GetAsync("/health/ready"))
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ana.GetStringAsync($"/api/v1/public/plugins/Small/{TestPackages.Script}")).ShouldBe(TestPackages.ScriptText("Small", "1.0.0"));

        // Room again: everything that was refused works.
        File.Delete(Path.Combine(server.Inside, "fill"));
        File.Delete(Path.Combine(server.Inside, Ballast));
        (await PublishAsync(registry, last.Slug, last.Package)).StatusCode.ShouldBe(HttpStatusCode.Created);
        using (var installed = await InstallAsync(ana, "Big0"))
            installed.StatusCode.ShouldBe(HttpStatusCode.Created, await installed.Content.ReadAsStringAsync());
        (await InstalledAsync(ana)).ShouldBe(["Big0", "Small"]);
        (await ana.GetStringAsync("/api/v1/public/plugins/Big0/dist/big.txt")).ShouldBe(Text("Big0"));
        (await CreateAsync(server, created)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>Creates users until one is refused. Returns how many were created.</summary>
    private static async Task<(int Created, HttpResponseMessage Refused)> CreateUntilFullAsync(MountedServer server)
    {
        for (var created = 0; created < 5_000; created++)
        {
            var response = await CreateAsync(server, created);
            if (response.StatusCode != HttpStatusCode.Created)
                return (created, response);
        }

        throw new InvalidOperationException("The database was never full.");
    }

    private static Task<HttpResponseMessage> CreateAsync(MountedServer server, int number) =>
        server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = $"{new string('u', 90)}-{number}" });

    [Fact]
    public async Task A_read_only_store_refuses_keeps_nothing_half_and_recovers()
    {
        await using var server = await MountedServer.StartAsync(megabytes: 100);
        using var registry = server.Registry();
        using var ana = await server.CreateUserAsync();
        (await PublishAsync(registry, "Small", TestPackages.FrontEnd("Small"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await InstallAsync(ana, "Small")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PublishAsync(registry, "Other", TestPackages.FrontEnd("Other"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await server.RemountAsync("plugins", readOnly: true);
        await server.RemountAsync("packages", readOnly: true);

        using (var install = await InstallAsync(ana, "Other"))
        {
            await install.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "store.read_only");
            install.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }

        using (var publish = await PublishAsync(registry, "Third", TestPackages.FrontEnd("Third")))
        {
            await publish.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "storage.read_only");
            publish.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }

        (await InstalledAsync(ana)).ShouldBe(["Small"]);
        (await ana.GetStringAsync($"/api/v1/public/plugins/Small/{TestPackages.Script}")).ShouldBe(TestPackages.ScriptText("Small", "1.0.0"));
        (await registry.GetAsync("/api/v1/plugins/Third")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await server.RemountAsync("plugins", readOnly: false);
        await server.RemountAsync("packages", readOnly: false);
        (await InstallAsync(ana, "Other")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PublishAsync(registry, "Third", TestPackages.FrontEnd("Third"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await ana.GetStringAsync($"/api/v1/public/plugins/Other/{TestPackages.Script}")).ShouldBe(TestPackages.ScriptText("Other", "1.0.0"));
    }

    // Hardly compressible, so that the package is about as large as the file.
    private static string Text(string slug)
    {
        var bytes = new byte[3 * 1024 * 1024 / 2];
        new Random(slug[^1]).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static byte[] Big(string slug) => TestPackages.FrontEnd(slug, "1.0.0", null, ("dist/big.txt", Text(slug)));

    private static Task<HttpResponseMessage> PublishAsync(HttpClient registry, string slug, byte[] package) =>
        registry.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(package));

    private static Task<HttpResponseMessage> InstallAsync(HttpClient user, string slug) =>
        user.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { });

    private static async Task<IEnumerable<string?>> InstalledAsync(HttpClient user) =>
        (await user.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("plugin_slug").GetString()).Order();
}
