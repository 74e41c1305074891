using System.Globalization;
using System.Net.Http.Headers;
using Berth.Host.Isolation;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests;

/// <summary>Plugins with code, each at a level of its own, in a server that is a process.</summary>
internal static class PluginAtLevels
{
    private static readonly string[] Wished = [IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container, IsolationLevels.Vm];

    /// <summary>Those of the levels with workers that the machine gives.</summary>
    public static async Task<IReadOnlyList<string>> AvailableAsync(HttpClient admin)
    {
        var answer = await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation?again=true");
        return [.. answer.GetProperty("levels").EnumerateArray()
            .Where(level => level.GetProperty("available").GetBoolean())
            .Select(level => level.GetProperty("level").GetString()!)
            .Intersect(Wished)];
    }

    /// <summary>Publishes, installs and calls a plugin at each level, and looks that it runs there.</summary>
    public static async Task RunAsync(KillTarget server, HttpClient admin, IReadOnlyList<string> levels)
    {
        using var ana = await AnaAsync(server, admin);
        foreach (var level in levels)
        {
            var slug = level == IsolationLevels.Vm ? "Snippets" : $"Echo{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(level)}";
            var package = level == IsolationLevels.Vm ? File.ReadAllBytes(Plugins.Tests.Repository.Package(slug, "1.0.0")) : Golden.EchoAt(slug, level);
            await PublishAsync(server, package);
            using var installed = await ana.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { });
            installed.IsSuccessStatusCode.ShouldBeTrue(await installed.Content.ReadAsStringAsync());
            using var called = await ana.GetAsync($"/p/{slug}/{(level == IsolationLevels.Vm ? "snippets" : "version")}");
            called.StatusCode.ShouldBe(HttpStatusCode.OK, $"{level}: {await called.Content.ReadAsStringAsync()}");
        }

        var instances = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray().ToList();
        instances.Select(instance => instance.GetProperty("isolation").GetString()).ShouldBe(levels, ignoreOrder: true);
        instances.ShouldAllBe(instance => instance.GetProperty("worker").GetProperty("memory_bytes").GetInt64() > 1 << 20);
    }

    /// <summary>The registry, as its administrator.</summary>
    public static HttpClient RegistryOf(KillTarget server)
    {
        var registry = new HttpClient { BaseAddress = server.Registry };
        registry.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", KillTarget.AdminToken);
        return registry;
    }

    /// <summary>Publishes a package as the registry's own.</summary>
    public static async Task PublishAsync(KillTarget server, byte[] package)
    {
        using var registry = RegistryOf(server);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "anything.berth" } };
        using var published = await registry.PostAsync("/api/v1/plugins", form);
        published.IsSuccessStatusCode.ShouldBeTrue(await published.Content.ReadAsStringAsync());
    }

    /// <summary>A user of the host.</summary>
    public static async Task<HttpClient> AnaAsync(KillTarget server, HttpClient admin)
    {
        using var made = await admin.PostAsJsonAsync("/api/v1/admin/users", new { username = "ana" });
        return server.Client((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }
}
