using Berth.Server.Tests.Apis;
using Berth.Server.Tests.Events;

namespace Berth.Server.Tests.Storage;

/// <summary>What a user and an administrator do, over HTTP, on a server whose database is PostgreSQL.</summary>
public sealed class PostgreSqlTests(PostgreSqlFixture fixture) : IClassFixture<PostgreSqlFixture>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_plugin_comes_with_what_it_needs_is_updated_rolled_back_and_uninstalled()
    {
        File.Exists(Path.Combine(_server.DataDirectory, "berth.db")).ShouldBeFalse();
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Base", "1.0.0");
        var dials = await DataAsync(ana.Client.PostAsJsonAsync($"{V1}/Dials/install", new { }), HttpStatusCode.Created);
        dials.GetProperty("version").GetString().ShouldBe("1.0.0");
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/updates/available")).GetProperty("data").GetProperty("total_count").GetInt32().ShouldBe(1);

        (await DataAsync(ana.Client.PostAsJsonAsync($"{V1}/Base/update", new { }))).GetProperty("new_version").GetString().ShouldBe("1.1.0");
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync("Base", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("Base", "1.1.0"));
        (await DataAsync(ana.Client.PostAsync($"{V1}/Base/rollback", null))).GetProperty("new_version").GetString().ShouldBe("1.0.0");
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync("Base", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("Base", "1.0.0"));

        using (var needed = await ana.Client.DeleteAsync($"{V1}/Base/uninstall"))
            needed.StatusCode.ShouldBe(HttpStatusCode.Conflict, "Dials needs it");
        await DataAsync(ana.Client.DeleteAsync($"{V1}/Base/uninstall?dependents=true"));
        (await SlugsAsync(ana)).ShouldBeEmpty();

        var ben = await _server.CreateUserAsync();
        var along = await DataAsync(ben.Client.PostAsJsonAsync($"{V1}/Dials/install", new { }), HttpStatusCode.Created);
        along.GetProperty("dependencies_installed").GetArrayLength().ShouldBe(1);
        (await SlugsAsync(ben)).ShouldBe(["Base", "Dials"], ignoreOrder: true);
    }

    [Fact]
    public async Task R18_the_same_install_at_once_succeeds_once_and_the_others_are_told_why_not()
    {
        var ana = await _server.CreateUserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ana.Client.PostAsJsonAsync($"{V1}/Echo/install", new { })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            Problems.ShouldTellNothing(await answer.Content.ReadAsStringAsync());
        }

        (await ana.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task Settings_are_judged_kept_and_secrets_never_read_back()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Tuned");
        await DataAsync(ana.Client.PutAsJsonAsync($"{V1}/Tuned/config", new { sortBy = "title", apiKey = "hunter2" }));
        var read = (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/Tuned/config")).GetProperty("data");
        read.GetProperty("config").GetProperty("sortBy").GetString().ShouldBe("title");
        read.GetRawText().ShouldNotContain("hunter2");
        using (var bad = await ana.Client.PutAsJsonAsync($"{V1}/Tuned/config", new { limit = 1000 }))
            bad.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await _server.CountAsync("plugin WHERE user_id = @Id AND (config LIKE '%hunter2%' OR secrets LIKE '%hunter2%')", new { ana.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task An_offer_is_accepted_and_an_administrator_installs_updates_and_repairs_for_many()
    {
        var (ana, ben, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock", "1.0.0");
        var offer = (await DataAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock/share", new { users = new[] { ben.Id } }), HttpStatusCode.Created)).GetProperty("shares")[0];
        (await DataAsync(ben.Client.PostAsync($"{V1}/shares/{offer.GetProperty("id").GetString()}/accept", null), HttpStatusCode.Created)).GetProperty("version").GetString().ShouldBe("1.0.0");

        await BulkAsync("install", cyd);
        await BulkAsync("update", ana, ben, cyd);
        await BulkAsync("repair", ana, ben, cyd);

        foreach (var user in new[] { ana, ben, cyd })
            (await user.Client.GetStringAsync(await user.AddressOfAsync("Clock", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("Clock", "1.1.0"));
    }

    [Fact]
    public async Task Events_resume_where_a_reader_left()
    {
        var ana = await _server.CreateUserAsync();
        string last;
        await using (var reader = await EventReader.OpenAsync(ana.Client, "/api/v1/events?type=berth.installation.*"))
        {
            await ana.InstallAsync("Clock", "1.0.0");
            (await reader.DataAsync()).GetProperty("type").GetString().ShouldBe("berth.installation.installed");
            last = reader.LastId!;
        }

        await DataAsync(ana.Client.PostAsJsonAsync($"{V1}/Clock/update", new { }));
        await DataAsync(ana.Client.PatchAsJsonAsync($"{V1}/Clock", new { enabled = false }));
        await using var resumed = await EventReader.OpenAsync(ana.Client, "/api/v1/events?type=berth.installation.*", last);
        (await resumed.DataAsync()).GetProperty("type").GetString().ShouldBe("berth.installation.updated");
        (await resumed.DataAsync()).GetProperty("type").GetString().ShouldBe("berth.installation.disabled");
    }

    [Fact]
    public async Task Figures_the_doctor_and_the_cleanup_agree_with_what_is_there()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        using var admin = _server.Host();
        var stats = await admin.GetFromJsonAsync<JsonElement>($"{V1}/system/stats");
        stats.GetProperty("versions").GetProperty("Echo").EnumerateObject().Sum(version => version.Value.GetInt64()).ShouldBeGreaterThan(0);
        stats.GetProperty("operations").GetProperty("install").GetProperty("succeeded").GetInt64().ShouldBeGreaterThan(0);

        using var examined = await admin.PostAsync($"{V1}/system/doctor", null);
        var result = JsonSerializer.Deserialize<JsonElement>((await examined.Content.ReadAsStringAsync()).TrimEnd().Split('\n')[^1]);
        result.GetProperty("type").GetString().ShouldBe("result");
        result.GetProperty("findings").GetInt32().ShouldBe(0, await examined.Content.ReadAsStringAsync());
        using var cleaned = await admin.PostAsync($"{V1}/system/cleanup", null);
        (await cleaned.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("versions").GetInt32().ShouldBe(0);
        (await ana.Client.GetFromJsonAsync<JsonElement>($"{V1}/Echo/status")).GetProperty("data").GetProperty("status").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task A_user_who_goes_hands_over_or_leaves_nothing()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Echo");
        await ana.InstallAsync("Clock");
        using var admin = _server.Host();
        (await DataAsync(admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}?data=handover&to={ben.Id}"))).GetProperty("handed_over").GetArrayLength().ShouldBe(2);
        (await ben.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await DataAsync(admin.DeleteAsync($"/api/v1/admin/users/{ben.Id}"))).GetProperty("uninstalled").GetArrayLength().ShouldBe(2);
        foreach (var table in new[] { "plugin", "module", "user_data_generation", "tokens", "operation" })
            (await _server.CountAsync($"{table} WHERE user_id IN (@ana, @ben)", new { ana = ana.Id, ben = ben.Id })).ShouldBe(0, table);
        (await ben.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task BulkAsync(string operation, params TestUser[] users)
    {
        using var admin = _server.Host();
        var id = (await DataAsync(admin.PostAsJsonAsync($"{V1}/bulk", new { operation, slug = "Clock", users = users.Select(user => user.Id) }), HttpStatusCode.Accepted))
            .GetProperty("operation_id").GetString();
        await using var reader = await EventReader.OpenAsync(admin, $"{V1}/operations/{id}");
        JsonElement entry = default;
        while (await reader.NextAsync() is { } next)
            entry = next.Data;
        entry.GetProperty("state").GetString().ShouldBe("succeeded");
        entry.GetProperty("progress").GetProperty("succeeded").GetInt32().ShouldBe(users.Length);
    }

    [Fact]
    public async Task Bundles_bring_what_their_source_decided_and_take_back_what_it_has_lifted()
    {
        await using var source = await TestServer.StartAsync();
        await source.PublishAsync(TestPackages.FrontEnd("Carried"));
        using var registry = source.Registry();
        await DoAsync(registry.PostAsJsonAsync($"{V1}/Carried/1.0.0/deprecate", new { message = "It loses data." }));
        await DoAsync(registry.PostAsJsonAsync($"{V1}/Carried/1.0.0/yank", new { reason = "Broken." }));
        await _server.TakeBundleAsync(await source.ExportBundleAsync(["Carried@1.0.0"]), await source.BundleKeysAsync());
        await DoAsync(registry.PostAsJsonAsync("/api/v1/trust/quarantines", new { kind = "plugin", subject = "Carried", reason = "It steals." }));
        await source.PublishAsync(TestPackages.FrontEnd("Other"));
        var stopped = await _server.TakeBundleAsync(await source.ExportBundleAsync(["Other"]), await source.BundleKeysAsync());
        stopped.GetProperty("quarantined").GetArrayLength().ShouldBe(1);

        var id = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/trust/quarantines")).GetProperty("quarantines")[0].GetProperty("id").GetString();
        await DoAsync(registry.DeleteAsync($"/api/v1/trust/quarantines/{id}?reason=false"));
        await DoAsync(registry.PostAsJsonAsync($"{V1}/Carried/1.0.0/deprecate", new { message = "" }));
        await DoAsync(registry.PostAsync($"{V1}/Carried/1.0.0/unyank", null));
        var lifted = await _server.TakeBundleAsync(await source.ExportBundleAsync(["Carried"]), await source.BundleKeysAsync());
        lifted.GetProperty("lifted").EnumerateArray().Select(one => one.GetProperty("mark").GetString()).ShouldBe(["yank", "warning", "quarantine"], ignoreOrder: true);
        (await _server.Registry().GetFromJsonAsync<JsonElement>($"{V1}/Carried/1.0.0")).GetProperty("yanked").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_has_limits_of_its_own_until_it_is_revoked()
    {
        var ana = await _server.CreateUserAsync();
        await ana.CreateTokenAsync("read");
        var id = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/tokens")).GetProperty("tokens").EnumerateArray().Single(token => token.GetProperty("name").GetString() == "limited").GetProperty("id").GetString()!;
        using var admin = _server.Host();
        await DoAsync(admin.PutAsJsonAsync($"/api/v1/rate-limits/overrides/token:{id}", new { limits = new Dictionary<string, string> { ["api"] = "90/60" }, reason = "why" }));
        (await admin.GetStringAsync("/api/v1/rate-limits")).ShouldContain(id);
        await DoAsync(ana.Client.DeleteAsync($"/api/v1/auth/tokens/{id}"));
        (await admin.GetStringAsync("/api/v1/rate-limits")).ShouldNotContain(id);
    }

    private static async Task DoAsync(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private static async Task<IReadOnlyList<string>> SlugsAsync(TestUser user) =>
        [.. (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/")).GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("plugin_slug").GetString()!)];

    private static async Task<JsonElement> DataAsync(Task<HttpResponseMessage> sent, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await sent;
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").Clone();
    }
}
