using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>Host and registry as two servers with nothing in common but HTTP and the administrator's token.</summary>
public sealed class RolesTests : IAsyncLifetime
{
    private TestServer _registry = null!;
    private TestServer _host = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestServer.StartAsync(settings => settings with { Role = BerthRole.Registry });
        _host = await TestServer.StartAsync(settings => settings with { Role = BerthRole.Host, RegistryUrls = [_registry.RegistryUrl] });
        await _registry.PublishAsync(TestPackages.FrontEnd("Clock", "1.0.0"), TestPackages.FrontEnd("Clock", "1.1.0"), TestPackages.FrontEnd("Later"), Golden.Package("Echo"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task A_host_alone_installs_updates_and_serves_from_its_registry()
    {
        var ana = await _host.CreateUserAsync();
        var available = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/available");
        available.GetProperty("data").GetProperty("available_plugins").EnumerateObject().Select(plugin => plugin.Name).Order().ShouldBe(["Clock", "Echo", "Later"]);
        await ana.InstallAsync("Clock", "1.0.0");
        (await ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ana.Client.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldContain("='1.1.0'");
        await ana.InstallAsync("Echo");
        (await ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        (await _registry.CountAsync("plugin")).ShouldBe(0, "the registry knows no installations");
    }

    [Fact]
    public async Task With_the_registry_away_what_is_installed_keeps_working_and_the_rest_is_503()
    {
        var ana = await _host.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        await ana.InstallAsync("Echo");
        var address = await ana.AddressOfAsync("Clock", TestPackages.Script);
        (await ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        await _registry.StopAsync();

        (await ana.Client.GetStringAsync("/p/Echo/version")).ShouldBe("1.0.0");
        (await _host.Host(token: null).GetStringAsync(address)).ShouldContain("='1.0.0'");
        (await ana.Client.GetAsync("/api/v1/plugins/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ben = await _host.CreateUserAsync();
        await ben.InstallAsync("Clock", "1.0.0");
        (await ben.Client.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldContain("='1.0.0'");

        await AwayAsync(ben.Client.PostAsJsonAsync("/api/v1/plugins/Later/install", new { }));
        await AwayAsync(ben.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { version = "1.1.0" }));
        await AwayAsync(ben.Client.GetAsync("/api/v1/plugins/available"));
        await AwayAsync(ben.Client.GetAsync("/api/v1/plugins/Later/versions"));
        (await ben.Client.DeleteAsync("/api/v1/plugins/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task AwayAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "registry.unavailable");
        response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }
}
