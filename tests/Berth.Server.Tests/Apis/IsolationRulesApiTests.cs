namespace Berth.Server.Tests.Apis;

public sealed class IsolationRulesApiTests : IAsyncLifetime
{
    private const string Rules = "/api/v1/plugins/system/isolation/rules";
    private TestServer _server = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _admin = _server.Host();
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_plugin_that_would_run_in_the_host_runs_in_a_worker_when_an_administrator_says_so()
    {
        await _server.PublishAsync(Golden.Package("Echo"));
        using var set = await _admin.PutAsJsonAsync($"{Rules}/plugin/Echo", new { level = "process", reason = "Not read yet.", limits = new { memory_megabytes = 192 } });
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");

        (await ana.Client.GetAsync("/p/Echo/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var instances = (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances");
        instances.EnumerateArray().Single(one => one.GetProperty("slug").GetString() == "Echo").GetProperty("isolation").GetString().ShouldBe("process");
    }

    [Fact]
    public async Task All_eight_limits_of_a_rule_are_kept_shown_and_in_force_in_the_worker()
    {
        await _server.PublishAsync(Golden.Package("Echo"));
        var limits = new { memory_megabytes = 192, cpu_percent = 80, processes = 100, open_files = 512, file_size_megabytes = 2, disk_megabytes = 8, execution_seconds = 7, bandwidth_kilobytes = 100 };
        using var set = await _admin.PutAsJsonAsync($"{Rules}/plugin/Echo", new { level = "process", reason = "Little.", limits });
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        var kept = (await ListAsync()).ShouldHaveSingleItem().GetProperty("limits");
        JsonElement.DeepEquals(kept, JsonSerializer.SerializeToElement(limits)).ShouldBeTrue(kept.ToString());
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");

        (await ana.Client.GetAsync("/p/Echo/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var instances = (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances");
        var inForce = instances.EnumerateArray().Single(one => one.GetProperty("slug").GetString() == "Echo").GetProperty("limits");
        JsonElement.DeepEquals(inForce, JsonSerializer.SerializeToElement(new
        {
            memory_bytes = 192 << 20,
            cpu_percent = 80,
            processes = 100,
            open_files = 512,
            file_size_bytes = 2 << 20,
            disk_bytes = 8 << 20,
            execution_ms = 7000,
            bandwidth_bytes = 102_400,
        })).ShouldBeTrue(inForce.ToString());
        var host = (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation")).GetProperty("limits");
        host.GetProperty("disk_bytes").GetInt64().ShouldBe(64 << 20);
        host.GetProperty("execution_ms").GetDouble().ShouldBe(30_000);
    }

    [Fact]
    public async Task Rules_are_listed_with_what_they_hit_tried_without_being_kept_and_removed()
    {
        await _server.PublishAsync(Golden.Package("Echo"));
        using var registry = _server.Registry();
        var publisher = "~" + (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo")).GetProperty("owner_id").GetString();

        using var dry = await _admin.PutAsJsonAsync($"{Rules}/publisher/{publisher}?dry_run=true", new { level = "process", reason = "New." });
        (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("plugins")[0].GetString().ShouldBe("Echo");
        (await ListAsync()).ShouldBeEmpty();
        (await _admin.PutAsJsonAsync($"{Rules}/publisher/{publisher}", new { level = "process", reason = "New." })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var rule = (await ListAsync()).ShouldHaveSingleItem();
        rule.GetProperty("kind").GetString().ShouldBe("publisher");
        rule.GetProperty("level").GetString().ShouldBe("process");
        rule.GetProperty("reason").GetString().ShouldBe("New.");
        (await _admin.DeleteAsync($"{Rules}/publisher/{publisher}?dry_run=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync()).Count.ShouldBe(1);
        (await _admin.DeleteAsync($"{Rules}/publisher/{publisher}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plugin/Echo", """{"level":"none","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"memory_megabytes":1}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"processes":31}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"disk_megabytes":0,"open_files":1}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"bandwidth_kilobytes":"ten"}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"file_size_megabytes":99999999999}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":{"disk":1}}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process","reason":"x","limits":[1]}""", HttpStatusCode.UnprocessableEntity, "isolation.rule_invalid")]
    [InlineData("plugin/Echo", """{"level":"process"}""", HttpStatusCode.BadRequest, "request.invalid")]
    [InlineData("publisher/nobody-at-all", """{"level":"process","reason":"x"}""", HttpStatusCode.NotFound, "publisher.unknown")]
    [InlineData("file/Echo", """{"level":"process","reason":"x"}""", HttpStatusCode.NotFound, "isolation.rule_unknown")]
    public async Task What_is_no_rule_is_refused_with_what_to_do(string target, string body, HttpStatusCode status, string code)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _admin.PutAsync($"{Rules}/{target}", content);
        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_rule_vm_is_for_code_that_vm_runs_and_refuses_other_code_at_the_rule_the_plan_and_the_install()
    {
        var levels = (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation")).GetProperty("levels").EnumerateArray();
        if (!levels.Single(level => level.GetProperty("level").GetString() == "vm").GetProperty("available").GetBoolean())
            return;
        await _server.PublishAsync(Golden.Package("Echo"), Golden.Package("Scripted"));
        var ana = await _server.CreateUserAsync();
        foreach (var slug in (string[])["Echo", "Scripted"])
            await ana.InstallAsync(slug);

        using var refused = await _admin.PutAsJsonAsync($"{Rules}/plugin/Echo", new { level = "vm", reason = "x" });
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("isolation.vm_only");
        problem.GetProperty("detail").GetString()!.ShouldContain("Echo 1.0.0");
        using var taken = await _admin.PutAsJsonAsync($"{Rules}/plugin/Scripted", new { level = "vm", reason = "x" });
        (await taken.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("stopped", out var none).ShouldBe(none.ValueKind == JsonValueKind.Null);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var registry = _server.Registry();
        var publisher = "~" + (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo")).GetProperty("owner_id").GetString();
        using var all = await _admin.PutAsJsonAsync($"{Rules}/publisher/{publisher}", new { level = "vm", reason = "x" });
        (await all.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stopped").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Echo 1.0.0"]);

        var ben = await _server.CreateUserAsync();
        using var plan = await ben.Client.PostAsync("/api/v1/plugins/Echo/install?dry_run=true", null);
        plan.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await plan.Content.ReadAsStringAsync()).ShouldContain("isolation.vm_only");
        await ben.InstallAsync("Scripted");
    }

    [Fact]
    public async Task Nobody_else_sees_or_sets_rules()
    {
        var ana = await _server.CreateUserAsync();
        (await ana.Client.GetAsync(Rules)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ana.Client.PutAsJsonAsync($"{Rules}/plugin/Echo", new { level = "process", reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _admin.DeleteAsync($"{Rules}/plugin/Echo")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<List<JsonElement>> ListAsync() => [.. (await _admin.GetFromJsonAsync<JsonElement>(Rules)).GetProperty("rules").EnumerateArray()];
}
