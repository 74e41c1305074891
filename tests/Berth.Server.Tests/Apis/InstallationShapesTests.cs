namespace Berth.Server.Tests.Apis;

/// <summary>The names that existing front ends read (contract, section 7).</summary>
public sealed class InstallationShapesTests(InstallationsFixture shared) : IClassFixture<InstallationsFixture>
{
    private static readonly string[] Plugin =
    [
        "id", "plugin_slug", "name", "description", "version", "type", "pluginType", "enabled", "icon", "category", "status", "official", "author", "lastUpdated", "compatibility", "downloads", "scope",
        "bundlemethod", "bundlelocation", "islocal", "longDescription", "userId", "sourceType", "sourceUrl", "updateCheckUrl", "lastUpdateCheck", "updateAvailable", "latestVersion", "installationType",
        "endpointsFile", "routePrefix", "configFields", "messages", "dependencies", "permissions", "requiredServicesRuntime", "backendDependencies",
    ];

    private static readonly string[] Module =
        ["id", "pluginId", "name", "displayName", "description", "icon", "category", "enabled", "priority", "userId", "props", "configFields", "requiredServices", "layout", "dependencies", "tags", "messages"];

    [Fact]
    public async Task An_installation_has_exactly_the_contracts_names()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        var plugin = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/plugins/")).GetProperty("plugins")[0];
        Names(plugin).ShouldBe(Plugin, ignoreOrder: true);
        plugin.GetProperty("id").GetString().ShouldBe($"{ana.Id}_Clock");
        plugin.GetProperty("userId").GetString().ShouldBe(ana.Id);
        plugin.GetProperty("bundlelocation").GetString().ShouldStartWith("~");
        plugin.GetProperty("bundlelocation").GetString().ShouldEndWith("/" + TestPackages.Script);
    }

    [Theory]
    [InlineData("/api/v1/plugins/manifest", false)]
    [InlineData("/api/plugins/manifest/designer", true)]
    public async Task A_manifest_is_an_object_by_slug(string path, bool withModules)
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        await ana.InstallAsync("Clock2");
        (await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock2", new { enabled = false })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var manifest = await ana.Client.GetFromJsonAsync<JsonElement>(path);

        Names(manifest).ShouldBe(["Clock"], "disabled ones are left out");
        var plugin = manifest.GetProperty("Clock");
        plugin.GetProperty("id").GetString().ShouldBe("Clock");
        plugin.GetProperty("database_id").GetString().ShouldBe($"{ana.Id}_Clock");
        plugin.TryGetProperty("modules", out var modules).ShouldBe(withModules);
        if (!withModules)
            return;
        Names(modules[0]).ShouldBe(Module, ignoreOrder: true);
        modules[0].GetProperty("id").GetString().ShouldBe($"{ana.Id}_Clock_Panel");
        modules[0].GetProperty("pluginId").GetString().ShouldBe($"{ana.Id}_Clock");
    }

    [Fact]
    public async Task R24_A_plugin_whose_slug_begins_like_anothers_keeps_its_modules_to_itself()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        await ana.InstallAsync("Clock2");
        (await ana.Client.DeleteAsync("/api/v1/plugins/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var manifest = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manifest/designer");
        manifest.GetProperty("Clock2").GetProperty("modules").GetArrayLength().ShouldBe(1);
        (await shared.Server.CountAsync("module WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_available_is_an_object_by_slug_with_a_count()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.9");
        var body = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/available");
        body.GetProperty("status").GetString().ShouldBe("success");
        var available = body.GetProperty("data").GetProperty("available_plugins");
        body.GetProperty("data").GetProperty("total_count").GetInt32().ShouldBe(available.EnumerateObject().Count());
        available.GetProperty("Clock").GetProperty("version").GetString().ShouldBe("1.1.0");
        available.GetProperty("Clock").GetProperty("installed_version").GetString().ShouldBe("1.0.9");
        available.GetProperty("Clock2").GetProperty("installed_version").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task The_list_of_what_is_available_goes_page_by_page_to_its_end()
    {
        var ana = await shared.Server.CreateUserAsync();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/available?limit=1{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}")).GetProperty("data");
            seen.AddRange(Names(page.GetProperty("available_plugins")));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null && seen.Count < 20);

        seen.Order().ShouldBe(["Clock", "Clock2", "Echo", "FailsOnInstall"]);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
