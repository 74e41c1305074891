namespace Berth.Server.Tests.Apis;

public sealed class BreakerTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(Golden.Package("Echo"), Golden.Package("Guarded"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_plugin_that_fails_again_and_again_is_503_with_the_time_to_wait_and_its_state_is_shown()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        await ana.InstallAsync("Guarded");
        (await BreakerAsync(ana)).ShouldBe("closed");
        await BreakAsync(ana);

        using (var refused = await ana.Client.GetAsync("/p/Echo/version"))
        {
            await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "plugin.breaker_open");
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        }

        (await ana.Client.GetAsync("/p/Guarded/allowed")).StatusCode.ShouldBe(HttpStatusCode.OK, "other plugins are not affected");
        (await BreakerAsync(ana)).ShouldBe("open");
        using var admin = _server.Host();
        var instances = await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances");
        var echo = instances.GetProperty("instances").EnumerateArray().Single(instance => instance.GetProperty("slug").GetString() == "Echo");
        echo.GetProperty("state").GetString().ShouldBe("degraded");
        var breaker = echo.GetProperty("breaker");
        breaker.GetProperty("state").GetString().ShouldBe("open");
        breaker.GetProperty("reason").GetString()!.ShouldContain("GET /throw");
        breaker.GetProperty("retry_after_ms").GetInt64().ShouldBeInRange(1, 60_000);
        breaker.GetProperty("opened").GetInt64().ShouldBe(1);
        breaker.GetProperty("rules").GetProperty("failure_threshold").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task While_it_is_open_an_install_is_refused_for_now_and_R51_an_uninstall_goes_on()
    {
        var ana = await _server.CreateUserAsync();
        var ben = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        await BreakAsync(ana);

        using (var refused = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Echo/install", new { }))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await refused.Content.ReadAsStringAsync());
            (await refused.Content.ReadAsStringAsync()).ShouldContain("plugin.breaker_open");
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }

        using (var missing = await ben.Client.GetAsync("/p/Echo/version"))
            await missing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");
        (await ana.Client.DeleteAsync("/api/v1/plugins/Echo")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task BreakAsync(TestUser user)
    {
        for (var i = 0; i < 5; i++)
            (await user.Client.GetAsync("/p/Echo/throw")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    private static async Task<string?> BreakerAsync(TestUser user) =>
        (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo/status")).GetProperty("data").GetProperty("runtime").GetProperty("breaker").GetString();
}
