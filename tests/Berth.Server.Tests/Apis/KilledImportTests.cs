using Berth.Data.Sessions;
using Berth.Data.Tests;
using Berth.Registry.Catalog;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests.Apis;

/// <summary>kill -9 of a server in the middle of the import of a bundle.</summary>
public sealed class KilledImportTests
{
    private const int Many = 40;
    private const string Last = "Carried39";
    private const string Release = "lets-the-last-one-pass";

    [Fact]
    public async Task An_import_that_was_killed_leaves_whole_versions_and_the_next_one_does_the_rest()
    {
        await using var source = await TestServer.StartAsync();
        var packages = Enumerable.Range(0, Many).ToDictionary(i => $"Carried{i:00}", i => TestPackages.FrontEnd($"Carried{i:00}"));
        await source.PublishAsync(packages.Values);
        using var there = source.Registry();
        foreach (var slug in packages.Keys)
        {
            (await there.PutAsJsonAsync($"/api/v1/plugins/{slug}/trust", new { level = "verified", reason = "Looked at." })).EnsureSuccessStatusCode();
            (await there.PostAsJsonAsync($"/api/v1/plugins/{slug}/1.0.0/deprecate", new { message = "Old.", successor = "Carried00" })).EnsureSuccessStatusCode();
        }

        using var exported = await there.PostAsJsonAsync("/api/v1/bundles/export", new { plugins = packages.Keys });
        var (bundle, keys) = (await exported.Content.ReadAsByteArrayAsync(), await there.GetStringAsync("/api/v1/bundles/keys"));
        using var folder = new TestFolder();
        await HoldTheLastAsync(folder.Path);
        var killed = 0;
        // At two places: after so many of them are there, in whatever the server is doing then.
        foreach (var enough in (int[])[3, Many / 2])
        {
            await using var target = await KillTarget.StartAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite");
            var import = ImportAsync(target, bundle, keys);
            using var registry = Registry(target);
            await Eventually.TrueAsync(async () => await CountAsync(registry) >= enough || import.IsCompleted, "some are there");
            await target.KillAsync();
            killed += await import is null ? 1 : 0;
        }

        killed.ShouldBe(2, "both were in the middle of it");
        await using var last = await KillTarget.StartAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite");
        using var here = Registry(last);
        var before = await CountAsync(here);
        before.ShouldBeInRange(Many / 2, Many - 1);
        foreach (var slug in packages.Keys)
        {
            using var version = await here.GetAsync($"/api/v1/plugins/{slug}/1.0.0");
            if (version.StatusCode == HttpStatusCode.NotFound)
                continue;
            (await version.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe(VersionState.Visible);
            (await here.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(packages[slug], slug);
        }

        using (var admin = last.Client(KillTarget.AdminToken))
            (await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = Release })).EnsureSuccessStatusCode();
        var rest = (await ImportAsync(last, bundle, keys)).ShouldNotBeNull();
        rest.GetProperty("refused").GetInt32().ShouldBe(0, rest.ToString());
        rest.GetProperty("versions").EnumerateArray().Count(version => version.GetProperty("state").GetString() == "unchanged").ShouldBe(before);
        foreach (var slug in packages.Keys)
        {
            var version = await here.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0");
            version.GetProperty("trust_level").GetString().ShouldBe("verified", slug);
            version.GetProperty("deprecation").GetProperty("successor").GetString().ShouldBe("Carried00", slug);
            (await here.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(packages[slug], slug);
        }

        var again = (await ImportAsync(last, bundle, keys)).ShouldNotBeNull();
        again.GetProperty("versions").EnumerateArray().ShouldAllBe(version => version.GetProperty("state").GetString() == "unchanged");
    }

    /// <summary>No import comes to its end before the user is there: the last version's row takes for ever. So the kill comes in the middle on the fastest machine, too.</summary>
    private static async Task HoldTheLastAsync(string folder)
    {
        await MigratedFile.PutAsync(folder);
        await using var database = await Databases.OpenAsync("sqlite", folder);
        await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("CREATE VIEW endless AS WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT COUNT(*) AS counted FROM number");
            return await session.ExecuteAsync(
                $"""
                CREATE TRIGGER held AFTER INSERT ON package_version
                WHEN NEW.slug = '{Last}' AND NOT EXISTS (SELECT 1 FROM users WHERE username = '{Release}')
                BEGIN
                    SELECT counted FROM endless;
                END
                """);
        });
    }

    /// <summary>The answer, or <see langword="null"/> when the server was killed before it.</summary>
    private static async Task<JsonElement?> ImportAsync(KillTarget target, byte[] bundle, string keys)
    {
        using var registry = Registry(target);
        using var form = new MultipartFormDataContent { { new StringContent(keys), "keys" }, { new ByteArrayContent(bundle), "bundle", "x.berthbundle" } };
        try
        {
            using var response = await registry.PostAsync("/api/v1/bundles", form);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static async Task<int> CountAsync(HttpClient registry) =>
        (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins?limit=1")).GetProperty("total_count").GetInt32();

    private static HttpClient Registry(KillTarget target)
    {
        var client = target.Client(KillTarget.AdminToken);
        client.BaseAddress = target.Registry;
        return client;
    }
}
