namespace Berth.Server.Tests.Apis;

public sealed class InstallationsApiTests(InstallationsFixture shared) : IClassFixture<InstallationsFixture>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task A_user_goes_the_whole_way_under_both_prefixes(string prefix)
    {
        var ana = await _server.CreateUserAsync();
        (await DataAsync(await ana.Client.PostAsJsonAsync($"{prefix}/Clock/install", new { version = "1.0.0" }), HttpStatusCode.Created)).GetProperty("version").GetString().ShouldBe("1.0.0");
        var updated = await DataAsync(await ana.Client.PutAsJsonAsync($"{prefix}/Clock/update", new { version = "1.1.0" }));
        updated.GetProperty("previous_version").GetString().ShouldBe("1.0.0");
        updated.GetProperty("new_version").GetString().ShouldBe("1.1.0");
        updated.GetProperty("plugin_id").GetString().ShouldBe($"{ana.Id}_Clock");
        updated.TryGetProperty("migrated", out _).ShouldBeTrue();
        (await DataAsync(await ana.Client.PostAsync($"{prefix}/Clock/rollback", null))).GetProperty("new_version").GetString().ShouldBe("1.0.0");
        (await DataAsync(await ana.Client.PatchAsJsonAsync($"{prefix}/Clock", new { enabled = false }))).GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await ana.Client.GetStringAsync($"{prefix}/")).ShouldContain("deactivated");
        var removed = await DataAsync(await ana.Client.DeleteAsync($"{prefix}/Clock/uninstall"));
        removed.GetProperty("deleted_modules")[0].GetString().ShouldBe($"{ana.Id}_Clock_Panel");
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{prefix}/")).GetProperty("plugins").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_install_answers_in_the_contracts_shape()
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync($"{V1}/Clock/install", new { version = "^1.0.0" });
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("status").GetString().ShouldBe("success");
        body.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        var data = body.GetProperty("data");
        data.GetProperty("plugin_slug").GetString().ShouldBe("Clock");
        data.GetProperty("plugin_id").GetString().ShouldBe($"{ana.Id}_Clock");
        data.GetProperty("version").GetString().ShouldBe("1.1.0", "the range's newest");
        data.GetProperty("modules_created").EnumerateArray().Select(id => id.GetString()).ShouldBe([$"{ana.Id}_Clock_Panel"]);
        data.GetProperty("dependencies_installed").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task R12_A_user_installs_a_second_and_a_third_plugin()
    {
        var ana = await _server.CreateUserAsync();
        foreach (var slug in new[] { "Clock", "Clock2", "Echo" })
            await ana.InstallAsync(slug);
        var plugins = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("plugin_slug").GetString());
        plugins.Order().ShouldBe(["Clock", "Clock2", "Echo"]);
    }

    [Fact]
    public async Task R13_Update_delete_and_status_work_by_slug_and_by_plugin_id()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        foreach (var name in new[] { "Clock", "clock", $"{ana.Id}_Clock" })
        {
            var status = await DataAsync(await ana.Client.GetAsync($"{V1}/{name}/status"));
            status.GetProperty("exists").GetBoolean().ShouldBeTrue(name);
            status.GetProperty("status").GetString().ShouldBe("healthy");
            (await DataAsync(await ana.Client.GetAsync($"{V1}/{name}/info"))).GetProperty("version").GetString().ShouldBe("1.0.0");
        }

        (await DataAsync(await ana.Client.PostAsJsonAsync($"{V1}/{ana.Id}_Clock/update", new { }))).GetProperty("new_version").GetString().ShouldBe("1.1.0");
        (await DataAsync(await ana.Client.DeleteAsync($"{V1}/{ana.Id}_Clock"))).GetProperty("plugin_id").GetString().ShouldBe($"{ana.Id}_Clock");
        await ana.InstallAsync("Clock");
    }

    [Fact]
    public async Task A_status_answers_in_the_contracts_shape()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo", "1.0.0");
        var data = await DataAsync(await ana.Client.GetAsync($"{V1}/Echo/status"));
        Names(data).ShouldBe(["plugin_slug", "exists", "status", "plugin_id", "plugin_info", "health_details", "runtime"], ignoreOrder: true);
        foreach (var name in new[] { "id", "name", "version", "enabled", "created_at", "updated_at" })
            data.GetProperty("plugin_info").TryGetProperty(name, out _).ShouldBeTrue(name);
        Names(data.GetProperty("runtime")).ShouldBe(["state", "isolation", "breaker"], ignoreOrder: true);
        var nothing = await DataAsync(await ana.Client.GetAsync($"{V1}/Nothing/status"));
        nothing.GetProperty("exists").GetBoolean().ShouldBeFalse();
        nothing.GetProperty("status").GetString().ShouldBe("not_installed");
    }

    [Fact]
    public async Task R23_A_downgrade_or_a_prerelease_is_never_offered_as_an_update()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.9");
        var update = (await DataAsync(await ana.Client.GetAsync($"{V1}/updates/available"))).GetProperty("available_updates")[0];
        Names(update).ShouldBe(["plugin_id", "plugin_slug", "current_version", "latest_version", "repo_url"], ignoreOrder: true);
        update.GetProperty("latest_version").GetString().ShouldBe("1.1.0", "not 2.0.0-alpha, not 1.0.28");
        (await DataAsync(await ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { }))).GetProperty("new_version").GetString().ShouldBe("1.1.0");
        (await DataAsync(await ana.Client.GetAsync($"{V1}/Clock/update/available"))).GetProperty("total_count").GetInt32().ShouldBe(0);

        using var down = await ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { version = "1.0.28" });
        await down.ShouldBeProblemAsync(HttpStatusCode.Conflict, "update.downgrade");
        (await DataAsync(await ana.Client.GetAsync($"{V1}/Clock/info"))).GetProperty("version").GetString().ShouldBe("1.1.0");
    }

    [Fact]
    public async Task R25_Another_users_plugin_id_names_nothing()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        var mallory = await _server.CreateUserAsync();
        await mallory.InstallAsync("Clock", "1.1.0");
        var id = $"{ana.Id}_Clock";
        (HttpMethod Method, string Path)[] calls =
        [
            (HttpMethod.Get, "info"), (HttpMethod.Post, "update"), (HttpMethod.Post, "rollback"), (HttpMethod.Delete, "uninstall"), (HttpMethod.Delete, ""),
            (HttpMethod.Patch, ""), (HttpMethod.Get, "update/available"), (HttpMethod.Get, "plan"), (HttpMethod.Get, "versions"), (HttpMethod.Post, "install"),
        ];
        foreach (var (method, path) in calls)
        {
            using var request = new HttpRequestMessage(method, $"{V1}/{id}/{path}".TrimEnd('/'));
            if (method == HttpMethod.Patch)
                request.Content = JsonContent.Create(new { enabled = false });
            using var response = await mallory.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{method} {path}: {await response.Content.ReadAsStringAsync()}");
            await response.ShouldBeProblemAsync();
        }

        (await DataAsync(await mallory.Client.GetAsync($"{V1}/{id}/status"))).GetProperty("exists").GetBoolean().ShouldBeFalse();
        (await mallory.Client.GetAsync($"/p/{id}/version")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await DataAsync(await ana.Client.GetAsync($"{V1}/Clock/info"))).GetProperty("version").GetString().ShouldBe("1.0.0");
    }

    [Fact]
    public async Task R31_R32_No_failure_is_a_200_and_each_has_its_own_code()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        await ProblemAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock/install", new { }), HttpStatusCode.Conflict, "plugin.already_installed");
        await ProblemAsync(ana.Client.PostAsJsonAsync($"{V1}/Nothing/install", new { }), HttpStatusCode.NotFound, "plugin.unknown");
        await ProblemAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock2/install", new { version = "9.9.9" }), HttpStatusCode.NotFound, "version.unknown");
        await ProblemAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock2/install", new { version = "not a range" }), HttpStatusCode.UnprocessableEntity, "version.invalid");
        await ProblemAsync(ana.Client.DeleteAsync($"{V1}/Clock2"), HttpStatusCode.NotFound, "plugin.not_installed");
        await ProblemAsync(ana.Client.PostAsync($"{V1}/Clock/rollback", null), HttpStatusCode.Conflict, "rollback.unavailable");
        await ProblemAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { version = "1.0.0" }), HttpStatusCode.Conflict, "update.not_newer");
        await ProblemAsync(ana.Client.GetAsync($"{V1}/Nothing/info"), HttpStatusCode.NotFound, "plugin.not_installed");
        await ProblemAsync(ana.Client.GetAsync($"{V1}/Nothing/versions"), HttpStatusCode.NotFound, "plugin.unknown");
    }

    [Fact]
    public async Task An_install_whose_own_code_throws_is_no_success_and_leaves_nothing()
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync($"{V1}/FailsOnInstall/install", new { });
        await response.ShouldBeProblemAsync(HttpStatusCode.BadGateway, "plugin.install_failed");
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins").GetArrayLength().ShouldBe(0);
        (await _server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
        (await _server.CountAsync("module WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task An_old_front_end_reads_the_error_as_detail_message()
    {
        var ana = await _server.CreateUserAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{V1}/Nothing/install") { Content = JsonContent.Create(new { }) };
        request.Headers.Accept.ParseAdd("*/*");
        ana.Client.DefaultRequestHeaders.Accept.Clear();
        using var response = await ana.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("code").GetString().ShouldBe("plugin.unknown");
        body.GetProperty("detail").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        body.GetProperty("detail").GetProperty("details").GetProperty("step").GetString().ShouldNotBeNullOrEmpty();
        body.GetProperty("detail").GetProperty("suggestions").ValueKind.ShouldBe(JsonValueKind.Array);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        await ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { version = "1.0.28" });
        var before = await StateAsync(ana);
        (HttpMethod Method, string Path)[] calls =
            [(HttpMethod.Post, "Clock2/install"), (HttpMethod.Post, "Clock/update"), (HttpMethod.Post, "Clock/rollback"), (HttpMethod.Delete, "Clock/uninstall"), (HttpMethod.Delete, "Clock"), (HttpMethod.Patch, "Clock")];
        foreach (var (method, path) in calls)
        {
            using var request = new HttpRequestMessage(method, $"{V1}/{path}?dry_run=true");
            if (method == HttpMethod.Patch)
                request.Content = JsonContent.Create(new { enabled = false });
            using var response = await ana.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{method} {path}");
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            body.GetProperty("dry_run").GetBoolean().ShouldBeTrue();
            body.GetProperty("data").GetProperty("plan").GetProperty("steps").ValueKind.ShouldBe(JsonValueKind.Array);
        }

        (await StateAsync(ana)).ShouldBe(before);
    }

    private async Task<string> StateAsync(TestUser user) =>
        await user.Client.GetStringAsync($"{V1}/")
        + await _server.CountAsync("operation WHERE user_id = @Id", new { user.Id })
        + " " + await _server.CountAsync("audit WHERE user_id = @Id", new { user.Id })
        + " " + string.Join(' ', Directory.EnumerateDirectories(Path.Combine(_server.DataDirectory, "plugins", "shared"), "v*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(folder => folder.Contains("Clock", StringComparison.Ordinal)));

    private static async Task ProblemAsync(Task<HttpResponseMessage> sending, HttpStatusCode status, string code)
    {
        using var response = await sending;
        await response.ShouldBeProblemAsync(status, code);
    }

    private static async Task<JsonElement> DataAsync(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        using (response)
        {
            response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            body.GetProperty("status").GetString().ShouldBe("success");
            return body.GetProperty("data");
        }
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
