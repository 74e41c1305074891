namespace Berth.Server.Tests.Apis;

public sealed class InstancesApiTests : IAsyncLifetime
{
    private const string Path = "/api/v1/plugins/system/instances/Echo/1.0.0";

    private TestServer _server = null!;
    private TestUser _ana = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(Golden.Package("Echo"));
        _ana = await _server.CreateUserAsync();
        await _ana.InstallAsync("Echo");
        _admin = _server.Host();
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_quarantine_stops_what_runs_and_holds_after_a_restart_until_it_is_released()
    {
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        using (var refused = await _admin.PostAsJsonAsync($"{Path}/quarantine", new { }))
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest, "a quarantine needs a reason");
        using (var dry = await _admin.PostAsJsonAsync($"{Path}/quarantine?dry_run=true", new { reason = "it mines" }))
            (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("loaded");
        (await CallAsync()).ShouldBe(HttpStatusCode.OK, "a dry run changes nothing");

        using (var done = await _admin.PostAsJsonAsync($"{Path}/quarantine", new { reason = "it mines" }))
            done.StatusCode.ShouldBe(HttpStatusCode.OK);
        await RefusedAsync();
        await _server.RestartAsync();
        _admin = _server.Host();
        _ana = new TestUser(_ana.Id, _ana.Token, _server.Host(_ana.Token));
        (await InstanceAsync()).GetProperty("desired")[0].GetProperty("reason").GetString().ShouldBe("it mines");
        await RefusedAsync();

        using (var released = await _admin.PostAsync($"{Path}/release", null))
            released.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        using (var again = await _admin.PostAsync($"{Path}/release", null))
            again.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var audit = await _admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=instance.quarantine");
        audit.GetProperty("entries").GetArrayLength().ShouldBe(1);
        using var look = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?type=berth.instance.quarantined");
        look.Headers.Accept.ParseAdd("application/json");
        using var events = await _admin.SendAsync(look);
        (await events.Content.ReadAsStringAsync()).ShouldContain("it mines");
    }

    [Fact]
    public async Task A_call_that_runs_is_answered_when_its_version_is_quarantined()
    {
        var slow = _ana.Client.GetAsync("/p/Echo/slow?ms=60000");
        await Eventually.TrueAsync(async () => await InstanceOrNothingAsync() is { } instance && instance.GetProperty("leases").GetInt32() > 0, "the call runs");
        using (var done = await _admin.PostAsJsonAsync($"{Path}/quarantine", new { reason = "it mines" }))
            done.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var answer = await slow;
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("plugin.quarantined");
    }

    [Fact]
    public async Task What_leaked_runs_in_a_worker_after_a_restart_too_until_it_is_released()
    {
        const string Leaky = "/api/v1/plugins/system/instances/LeaksThread/1.0.0";
        await _server.PublishAsync(Golden.Package("LeaksThread"));
        await _ana.InstallAsync("LeaksThread");
        (await IsolationOfAsync("LeaksThread")).ShouldBe("none");
        using (var unloaded = await _admin.PostAsync($"{Leaky}/unload", null))
            (await unloaded.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("leaked");
        await Eventually.TrueAsync(async () => await _server.CountAsync("leaked_version") == 1, "the mark is written");

        await _server.RestartAsync();
        _admin = _server.Host();
        _ana = new TestUser(_ana.Id, _ana.Token, _server.Host(_ana.Token));
        (await IsolationOfAsync("LeaksThread")).ShouldBe("process");

        using (var released = await _admin.PostAsync($"{Leaky}/release", null))
            released.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _server.CountAsync("leaked_version")).ShouldBe(0);
        (await _server.CountAsync("audit WHERE action = 'instance.release' AND subject = 'LeaksThread@1.0.0'")).ShouldBe(1);
        using (var unloaded = await _admin.PostAsync($"{Leaky}/unload", null))
            unloaded.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await IsolationOfAsync("LeaksThread")).ShouldBe("none");
    }

    [Fact]
    public async Task A_reload_replaces_the_instance_and_is_for_administrators()
    {
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        using (var foreign = await _ana.Client.PostAsync($"{Path}/reload", null))
            foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var reloaded = await _admin.PostAsync($"{Path}/reload", null);
        (await reloaded.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("replaced").GetBoolean().ShouldBeTrue();
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        using var missing = await _admin.PostAsync("/api/v1/plugins/system/instances/Nobody/1.0.0/reload", null);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Safe_mode_serves_everything_but_plugins_code()
    {
        await _server.RestartAsync(settings => settings with { SafeMode = true });
        using var admin = _server.Host();
        using var ana = _server.Host(_ana.Token);
        using (var refused = await ana.GetAsync("/p/Echo/version"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("host.safe_mode");
        }

        (await ana.GetFromJsonAsync<JsonElement>("/api/v1/plugins")).GetProperty("plugins").GetArrayLength().ShouldBe(1);
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/safe-mode")).GetProperty("safe_mode").GetBoolean().ShouldBeTrue();
        using (var off = await admin.PutAsJsonAsync("/api/v1/plugins/system/safe-mode", new { safe_mode = false }))
            off.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var answered = await ana.GetAsync("/p/Echo/version");
        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_wanted_version_is_loaded_at_every_start_until_it_is_not_wanted_any_more()
    {
        using (var wanted = await _admin.PutAsJsonAsync($"{Path}/wanted", new { reason = "slow to start" }))
            (await wanted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeTrue();
        (await InstanceAsync()).GetProperty("desired")[0].GetProperty("state").GetString().ShouldBe("wanted");
        await _server.RestartAsync();
        _admin = _server.Host();
        await Eventually.TrueAsync(async () => (await InstanceAsync()).GetProperty("state").GetString() == "loaded", "the wanted version is loaded");
        using (var unwanted = await _admin.DeleteAsync($"{Path}/wanted"))
            unwanted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await _admin.DeleteAsync($"{Path}/wanted");
        again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // It has no endpoint; asking for one loads it.
    private async Task<string?> IsolationOfAsync(string slug)
    {
        using (var call = await _ana.Client.GetAsync($"/p/{slug}/"))
            call.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        return (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .Single(instance => instance.GetProperty("slug").GetString() == slug).GetProperty("isolation").GetString();
    }

    private async Task<JsonElement?> InstanceOrNothingAsync() =>
        (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .Where(instance => instance.GetProperty("slug").GetString() == "Echo").Select(instance => (JsonElement?)instance).FirstOrDefault();

    private async Task RefusedAsync()
    {
        using var refused = await _ana.Client.GetAsync("/p/Echo/version");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var problem = await refused.Content.ReadAsStringAsync();
        problem.ShouldContain("plugin.quarantined");
        problem.ShouldContain("it mines");
    }

    private async Task<HttpStatusCode> CallAsync()
    {
        using var answer = await _ana.Client.GetAsync("/p/Echo/version");
        return answer.StatusCode;
    }

    private async Task<JsonElement> InstanceAsync() =>
        (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .Single(instance => instance.GetProperty("slug").GetString() == "Echo");
}
