namespace Berth.Server.Tests.Apis;

/// <summary>The module routes that existing front ends call (contract, sections 5 and 7), name by name.</summary>
public sealed class ModulesApiTests(SettingsFixture shared) : IClassFixture<SettingsFixture>
{
    private static readonly string[] Module =
        ["id", "pluginId", "name", "displayName", "description", "icon", "category", "enabled", "priority", "userId", "props", "configFields", "requiredServices", "layout", "dependencies", "tags", "messages"];

    private static readonly string[] Direct =
    [
        "id", "name", "description", "version", "type", "pluginType", "enabled", "icon", "category", "status", "official", "author", "lastUpdated", "compatibility", "downloads", "scope",
        "bundleMethod", "bundleLocation", "isLocal", "longDescription", "sourceType", "sourceUrl", "updateCheckUrl", "lastUpdateCheck", "updateAvailable", "latestVersion", "installationType",
        "endpointsFile", "routePrefix", "configFields", "messages", "dependencies", "permissions", "requiredServicesRuntime", "backendDependencies",
    ];

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task The_manager_lists_modules_in_the_contracts_shape(string prefix)
    {
        var ana = await UserAsync();
        var body = await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/manager");
        Names(body).ShouldBe(["modules", "totalItems"], ignoreOrder: true);
        body.GetProperty("totalItems").GetInt32().ShouldBe(3);
        Names(body.GetProperty("modules")[0]).ShouldBe(Module, ignoreOrder: true);
        Ids(body).ShouldBe([$"{ana.Id}_Dash_Note", $"{ana.Id}_Dash_Table view", $"{ana.Id}_Dash_Chart"], "in order of priority");
        Names(await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/categories")).ShouldBe(["categories"]);
        Texts(await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/categories"), "categories").ShouldBe(["charts", "tables"]);
        Names(await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/tags")).ShouldBe(["tags"]);
        Texts(await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/tags"), "tags").ShouldBe(["bars", "figures"]);
    }

    [Theory]
    [InlineData("search=BAR", 1)]
    [InlineData("search=draws", 1)]
    [InlineData("search=nothing-like-it", 0)]
    [InlineData("search=%25", 0)]
    [InlineData("category=charts", 1)]
    [InlineData("category=chart", 0)]
    [InlineData("tags=figures", 2)]
    [InlineData("tags=bars,nothing", 1)]
    [InlineData("tags=bars,figures", 2)]
    [InlineData("tags=,", 3)]
    [InlineData("tags=figures&category=tables&search=tab", 1)]
    public async Task The_manager_filters(string query, int expected)
    {
        var ana = await UserAsync();
        var body = await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/manager?{query}");
        body.GetProperty("totalItems").GetInt32().ShouldBe(expected);
        body.GetProperty("modules").GetArrayLength().ShouldBe(expected);
    }

    [Fact]
    public async Task The_manager_goes_page_by_page()
    {
        var ana = await UserAsync();
        var seen = new List<string?>();
        foreach (var page in new[] { 1, 2, 3, 2_000_000_000 })
        {
            var body = await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/manager?page={page}&pageSize=2");
            body.GetProperty("totalItems").GetInt32().ShouldBe(3);
            seen.AddRange(Ids(body));
        }

        seen.Count.ShouldBe(3);
        seen.ShouldBeUnique();
        foreach (var bad in new[] { "page=0", "page=-1", "page=x", "pageSize=0", "pageSize=101", "page=99999999999" })
        {
            using var response = await ana.Client.GetAsync($"/api/v1/plugins/manager?{bad}");
            await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.query");
        }
    }

    [Fact]
    public async Task One_module_comes_with_its_plugin_in_camel_case_and_without_whose_it_is()
    {
        var ana = await UserAsync();
        var body = await ana.Client.GetFromJsonAsync<JsonElement>($"/api/plugins/direct/{ana.Id}_Dash/modules/{ana.Id}_Dash_Table%20view");
        Names(body).ShouldBe(["module", "plugin"], ignoreOrder: true);
        Names(body.GetProperty("module")).ShouldBe(Module.Where(name => name != "userId"), ignoreOrder: true);
        Names(body.GetProperty("plugin")).ShouldBe(Direct, ignoreOrder: true);
        body.GetProperty("module").GetProperty("name").GetString().ShouldBe("Table view");
        var bundle = body.GetProperty("plugin").GetProperty("bundleLocation").GetString()!;
        (await ana.Client.GetStringAsync($"/api/v1/public/plugins/{ana.Id}_Dash/{bundle}")).ShouldContain("window.Dash");
    }

    [Fact]
    public async Task R24_Modules_of_a_plugin_are_its_own_and_not_those_of_one_that_begins_like_it()
    {
        var ana = await UserAsync();
        await ana.InstallAsync("Dash2");
        var modules = await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{ana.Id}_Dash/modules");
        Names(modules).ShouldBe(["modules"]);
        Ids(modules).ShouldAllBe(id => id!.StartsWith($"{ana.Id}_Dash_", StringComparison.Ordinal));
        Ids(modules).Count().ShouldBe(3);
        (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manager")).GetProperty("totalItems").GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task R25_Another_users_rows_do_not_exist_by_whatever_id()
    {
        var (ana, ben) = (await UserAsync(), await UserAsync());
        var ids = $"{ana.Id}_Dash/modules/{ana.Id}_Dash_Chart";
        foreach (var address in new[] { $"{ana.Id}_Dash/modules", $"direct/{ids}", $"direct/{ben.Id}_Dash/modules/{ana.Id}_Dash_Chart" })
        {
            using var response = await ben.Client.GetAsync($"/api/v1/plugins/{address}");
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            await response.ShouldBeProblemAsync();
        }

        foreach (var address in new[] { ids, $"{ben.Id}_Dash/modules/{ana.Id}_Dash_Chart" })
        {
            using var response = await ben.Client.PatchAsJsonAsync($"/api/v1/plugins/{address}", new { enabled = false });
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            await response.ShouldBeProblemAsync();
        }

        Ids(await ben.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manager")).ShouldAllBe(id => id!.StartsWith(ben.Id, StringComparison.Ordinal));
        (await ModuleAsync(ana, "Chart")).GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task A_module_is_hidden_moved_and_set_and_front_ends_read_it_where_they_always_did(string prefix)
    {
        var ana = await UserAsync();
        var address = $"{prefix}/{ana.Id}_Dash/modules/{ana.Id}_Dash_Chart";
        using var response = await ana.Client.PatchAsJsonAsync(address, new { enabled = false });
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Names(answer).ShouldBe(["status", "message"], ignoreOrder: true);
        answer.GetProperty("status").GetString().ShouldBe("success");
        (await ana.Client.PatchAsJsonAsync(address, new { priority = -5, config = new { title = "Mine", size = "l" } })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var manifest = await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/manifest/designer");
        var module = manifest.GetProperty("Dash").GetProperty("modules")[0];
        module.GetProperty("name").GetString().ShouldBe("Chart", "it comes first now");
        module.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        module.GetProperty("props").GetProperty("title").GetString().ShouldBe("Mine");
        module.GetProperty("props").GetProperty("height").GetInt32().ShouldBe(300);
        var title = module.GetProperty("configFields").GetProperty("title");
        (title.GetProperty("value").GetString(), title.GetProperty("default").GetString()).ShouldBe(("Mine", "Untitled"));
    }

    [Fact]
    public async Task Fields_may_be_sent_as_an_answer_has_them()
    {
        var ana = await UserAsync();
        using var response = await ana.Client.PatchAsJsonAsync(
            $"/api/v1/plugins/Dash/modules/Chart", new { configFields = new { title = new { type = "text", value = "Mine" }, size = new { type = "select" } } });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        (await ModuleAsync(ana, "Chart")).GetProperty("props").GetProperty("title").GetString().ShouldBe("Mine");
    }

    [Theory]
    [InlineData("""{"config":{"size":"m"}}""", HttpStatusCode.UnprocessableEntity, "settings.invalid")]
    [InlineData("""{"config":{"nobody":1}}""", HttpStatusCode.UnprocessableEntity, "settings.invalid")]
    [InlineData("""{"config":{"title":"\ud800"}}""", HttpStatusCode.BadRequest, "request.invalid_json")]
    [InlineData("""{"config":{},"configFields":{}}""", HttpStatusCode.BadRequest, "request.invalid")]
    [InlineData("{}", HttpStatusCode.BadRequest, "request.invalid")]
    [InlineData("""{"enabled":"yes"}""", HttpStatusCode.BadRequest, "request.invalid_json")]
    [InlineData("""{"config":[]}""", HttpStatusCode.BadRequest, "request.invalid_json")]
    [InlineData("""{"config":{"title":"a","title":"b"}}""", HttpStatusCode.BadRequest, "request.invalid_json")]
    public async Task What_a_module_does_not_take_is_refused(string body, HttpStatusCode status, string code)
    {
        var ana = await UserAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await ana.Client.PatchAsync("/api/v1/plugins/Dash/modules/Chart", content);
        await response.ShouldBeProblemAsync(status, code);
    }

    private async Task<TestUser> UserAsync()
    {
        var user = await shared.Server.CreateUserAsync();
        await user.InstallAsync("Dash");
        return user;
    }

    private static async Task<JsonElement> ModuleAsync(TestUser user, string name) =>
        (await user.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/direct/Dash/modules/{name}")).GetProperty("module");

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string?> Ids(JsonElement body) => body.GetProperty("modules").EnumerateArray().Select(module => module.GetProperty("id").GetString());

    private static IEnumerable<string?> Texts(JsonElement body, string name) => body.GetProperty(name).EnumerateArray().Select(text => text.GetString());
}
