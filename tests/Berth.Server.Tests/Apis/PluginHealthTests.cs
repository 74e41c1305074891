namespace Berth.Server.Tests.Apis;

public sealed class PluginHealthTests(PluginHealthTests.Shared shared) : IClassFixture<PluginHealthTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task An_ill_plugin_degrades_the_host_which_stays_ready_and_is_told_to_its_user()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Monitored");
        (await ana.Client.GetAsync("/p/Monitored/set/away")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var anybody = new HttpClient { BaseAddress = new Uri(_server.HostUrl) };
        using var ready = await anybody.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        var plugins = (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").GetProperty("plugins");
        plugins.GetProperty("status").GetString().ShouldBe("degraded");
        var monitored = plugins.GetProperty("details").GetProperty("Monitored 1.0.0");
        monitored.GetProperty("status").GetString().ShouldBe("unhealthy");
        monitored.GetProperty("checks").GetProperty("paper").GetString().ShouldBe("healthy");
        plugins.GetRawText().ShouldNotContain("the queue is away");

        var data = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Monitored/status")).GetProperty("data");
        data.GetProperty("status").GetString().ShouldBe("unhealthy");
        data.GetProperty("health_details").GetProperty("health_checks").GetString().ShouldNotBeNull().ShouldStartWith("queue: the queue is away");
    }

    [Fact]
    public async Task Only_a_critical_plugin_that_says_unhealthy_makes_the_host_unready()
    {
        // A server of its own: nobody else is to find it unready.
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync(Golden.Package("MonitoredCritical"));
        var ana = await server.CreateUserAsync();
        await ana.InstallAsync("MonitoredCritical");
        (await ana.Client.GetAsync("/p/MonitoredCritical/set/away")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var anybody = new HttpClient { BaseAddress = new Uri(server.HostUrl) };
        (await anybody.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await anybody.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(Golden.Package("Monitored"));
    }
}
