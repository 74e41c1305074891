using System.Text.Json.Nodes;
using Berth.Data.Sessions;

namespace Berth.Server.Tests.Apis;

public sealed class SettingsApiTests(SettingsFixture shared) : IClassFixture<SettingsFixture>
{
    private const string Config = "/api/v1/plugins/Tuned/config";
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task Settings_are_written_and_read_back_without_their_secrets(string prefix)
    {
        var ana = await UserWithAsync("Tuned");
        var first = await DataAsync(await ana.Client.GetAsync($"{prefix}/Tuned/config"));
        ShouldBe(first.GetProperty("config"), """{"sortBy":"created"}""");
        ShouldBe(first.GetProperty("own"), "{}");
        ShouldBe(first.GetProperty("schema"), SettingsFixture.Schema);
        ShouldBe(first.GetProperty("secrets"), """{"/apiKey":false,"/account/passWord":false}""");

        var written = await DataAsync(await SendAsync(ana, "PUT", """{"sortBy":"title","apiKey":"hunter2","account":{"userName":"ada","passWord":"hunter2"}}""", $"{prefix}/Tuned/config"));

        written.GetProperty("changed").EnumerateArray().Select(name => name.GetString()).ShouldBe(["/account/passWord", "/account/userName", "/apiKey", "/sortBy"]);
        var read = await DataAsync(await ana.Client.GetAsync($"{prefix}/{ana.Id}_Tuned/config"));
        ShouldBe(read.GetProperty("config"), """{"sortBy":"title","account":{"userName":"ada"}}""");
        ShouldBe(read.GetProperty("secrets"), """{"/apiKey":true,"/account/passWord":true}""");
        (read.GetRawText() + written.GetRawText()).ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_replacement_keeps_a_secret_that_is_absent_and_null_takes_it_away()
    {
        var ana = await UserWithAsync("Tuned");
        await DataAsync(await SendAsync(ana, "PUT", """{"limit":7,"apiKey":"hunter2"}"""));
        var kept = await DataAsync(await SendAsync(ana, "PUT", """{"sortBy":"title"}"""));
        ShouldBe(kept.GetProperty("own"), """{"sortBy":"title"}""");
        kept.GetProperty("secrets").GetProperty("/apiKey").GetBoolean().ShouldBeTrue();

        (await DataAsync(await SendAsync(ana, "PUT", """{"apiKey":null}"""))).GetProperty("secrets").GetProperty("/apiKey").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        var ana = await UserWithAsync("Tuned");
        await DataAsync(await SendAsync(ana, "PUT", """{"limit":7,"sortBy":"title"}"""));
        ShouldBe((await DataAsync(await SendAsync(ana, "PATCH", """{"limit":8,"sortBy":null}"""))).GetProperty("own"), """{"limit":8}""");
    }

    [Fact]
    public async Task What_an_answer_calls_config_may_be_sent_back_as_it_is()
    {
        var ana = await UserWithAsync("Tuned");
        ShouldBe((await DataAsync(await SendAsync(ana, "PUT", """{"config":{"limit":7}}"""))).GetProperty("own"), """{"limit":7}""");
        await ana.InstallAsync("Boxed");
        var boxed = await DataAsync(await SendAsync(ana, "PUT", """{"config":{"limit":7}}""", "/api/v1/plugins/Boxed/config"));
        ShouldBe(boxed.GetProperty("own"), """{"config":{"limit":7}}""");
    }

    [Fact]
    public async Task All_faults_come_at_once_with_their_pointers_and_without_values()
    {
        var ana = await UserWithAsync("Tuned");
        var response = await SendAsync(ana, "PUT", """{"limit":0,"apiKey":"abc","sortBy":"secret-word","other":1}""");
        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "settings.invalid");
        problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("code")} {error.GetProperty("pointer")}").Order().ShouldBe(
            ["settings.choice /sortBy", "settings.length /apiKey", "settings.range /limit", "settings.unknown /other"]);
        problem.GetRawText().ShouldNotContain("secret-word");
        ShouldBe((await DataAsync(await ana.Client.GetAsync(Config))).GetProperty("own"), "{}");
    }

    [Theory]
    [InlineData("""{"limit":1,"limit":2}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"sortBy":"\ud800"}""")]
    [InlineData("""{"config":{"\ud800":1}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("{")]
    public async Task What_is_no_settings_is_refused(string body)
    {
        var ana = await UserWithAsync("Tuned");
        foreach (var method in new[] { "PUT", "PATCH" })
        {
            using var response = await SendAsync(ana, method, body);
            ((int)response.StatusCode).ShouldBeOneOf(400, 422);
            await response.ShouldBeProblemAsync();
        }
    }

    [Fact]
    public async Task A_dry_run_answers_the_plan_and_changes_nothing()
    {
        var ana = await UserWithAsync("Tuned");
        var plan = (await DataAsync(await SendAsync(ana, "PUT", """{"limit":7,"apiKey":"hunter2"}""", Config + "?dry_run=true"))).GetProperty("plan");
        plan.GetProperty("kind").GetString().ShouldBe("configure");
        plan.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldBe(["Changes '/apiKey'.", "Changes '/limit'."]);
        ShouldBe((await DataAsync(await ana.Client.GetAsync(Config))).GetProperty("secrets"), """{"/apiKey":false,"/account/passWord":false}""");
    }

    [Fact]
    public async Task A_running_plugin_sees_changed_settings_in_its_next_call()
    {
        var ana = await UserWithAsync("Echo");
        ShouldBe(JsonSerializer.Deserialize<JsonElement>(await ana.Client.GetStringAsync("/p/Echo/settings")), """{"sortBy":"created"}""");
        await DataAsync(await SendAsync(ana, "PUT", """{"sortBy":"title","apiKey":"opened"}""", "/api/v1/plugins/Echo/config"));
        ShouldBe(JsonSerializer.Deserialize<JsonElement>(await ana.Client.GetStringAsync("/p/Echo/settings")), """{"sortBy":"title","apiKey":"opened"}""");
        var ben = await UserWithAsync("Echo");
        ShouldBe(JsonSerializer.Deserialize<JsonElement>(await ben.Client.GetStringAsync("/p/Echo/settings")), """{"sortBy":"created"}""", "nobody else's");
    }

    [Fact]
    public async Task A_secret_is_in_no_table_and_in_no_line_of_the_log()
    {
        var secret = $"s-{Guid.NewGuid():N}";
        var ana = await UserWithAsync("Echo");
        await DataAsync(await SendAsync(ana, "PUT", $$"""{"apiKey":"{{secret}}"}""", "/api/v1/plugins/Echo/config"));
        (await SendAsync(ana, "PUT", $$"""{"apiKey":["{{secret}}"],"sortBy":"{{secret}}"}""", "/api/v1/plugins/Echo/config")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ana.Client.GetStringAsync("/p/Echo/settings")).ShouldContain(secret, customMessage: "it is there to be found");

        shared.Log.Text.ShouldNotContain(secret);
        using var admin = _server.Host();
        (await admin.GetStringAsync("/api/v1/plugins/system/stats")).ShouldNotContain(secret);
        (await admin.GetStringAsync("/api/v1/plugins/system/instances")).ShouldNotContain(secret);
        var database = _server.Server.Services.GetRequiredService<IDatabase>();
        var tables = await database.ReadAsync(session => session.QueryAsync<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'package_search%'"));
        tables.ShouldContain("outbox");
        foreach (var table in tables)
        {
            var columns = await database.ReadAsync(session => session.QueryAsync<string>($"SELECT name FROM pragma_table_info('{table}')"));
            var rows = await database.ReadAsync(session => session.QueryAsync<string>(
                $"SELECT {string.Join(" || ' ' || ", columns.Select(column => $"COALESCE(CAST({column} AS TEXT), '')"))} FROM {table}"));
            rows.ShouldAllBe(row => !row.Contains(secret), table);
        }
    }

    [Fact]
    public async Task What_has_no_settings_says_so_and_what_is_anothers_is_not_there()
    {
        var (ana, ben) = (await UserWithAsync("Plain"), await UserWithAsync("Plain"));
        var plain = await DataAsync(await ana.Client.GetAsync("/api/v1/plugins/Plain/config"));
        plain.GetProperty("schema").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await SendAsync(ana, "PUT", "{}", "/api/v1/plugins/Plain/config")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "settings.none");
        await (await ben.Client.GetAsync($"/api/v1/plugins/{ana.Id}_Plain/config")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
        await (await SendAsync(ben, "PUT", "{}", $"/api/v1/plugins/{ana.Id}_Plain/config")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
    }

    [Fact]
    public async Task R62_A_plugin_named_like_a_part_of_a_route_has_settings_and_modules()
    {
        var ana = await _server.CreateUserAsync();
        foreach (var slug in new[] { "config", "modules", "admin" })
        {
            await ana.InstallAsync(slug);
            (await DataAsync(await ana.Client.GetAsync($"/api/v1/plugins/{slug}/config"))).GetProperty("plugin_slug").GetString().ShouldBe(slug);
            (await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/modules")).GetProperty("modules").GetArrayLength().ShouldBe(1);
            (await ana.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/direct/{slug}/modules/Panel")).GetProperty("plugin").GetProperty("id").GetString().ShouldBe($"{ana.Id}_{slug}");
        }

        (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manager")).GetProperty("totalItems").GetInt32().ShouldBe(3);
        // Words that stand where a slug stands are no slugs.
        foreach (var word in new[] { "manager", "categories", "tags", "direct", "system" })
            (await Should.ThrowAsync<InvalidOperationException>(() => _server.PublishAsync(TestPackages.FrontEnd(word)))).Message.ShouldContain("slug.reserved");
    }

    private async Task<TestUser> UserWithAsync(string slug)
    {
        var user = await _server.CreateUserAsync();
        await user.InstallAsync(slug);
        return user;
    }

    private static async Task<HttpResponseMessage> SendAsync(TestUser user, string method, string json, string address = Config)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return await user.Client.SendAsync(request);
    }

    private static async Task<JsonElement> DataAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("status").GetString().ShouldBe("success");
        return body.GetProperty("data");
    }

    private static void ShouldBe(JsonElement actual, string expected, string? why = null) =>
        JsonNode.DeepEquals(JsonNode.Parse(actual.GetRawText()), JsonNode.Parse(expected)).ShouldBeTrue($"{actual.GetRawText()} instead of {expected} {why}");
}
