using Berth.Lifecycle.Trust;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>Decisions of a registry that reach a host over nothing but HTTP.</summary>
public sealed class TrustAcrossRolesTests : IAsyncLifetime
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Never = TimeSpan.FromHours(10);

    private TestServer _registry = null!;
    private TestServer _host = null!;
    private TestUser _ana = null!;
    private string _registryUrl = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestServer.StartAsync(settings => settings with { Role = BerthRole.Registry });
        _registryUrl = _registry.RegistryUrl;
        _host = await TestServer.StartAsync(AsHost, builder => builder.Services.AddSingleton(new TrustOptions { Interval = Often }));
        await _registry.PublishAsync(TestPackages.FrontEnd("Clock"), Golden.Package("Echo"));
        _ana = await _host.CreateUserAsync();
        await _ana.InstallAsync("Clock");
        await _ana.InstallAsync("Echo");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task R55_A_quarantine_reaches_code_and_files_of_the_host_and_its_end_does_too()
    {
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        var echo = await QuarantineAsync("version", "Echo@1.0.0");
        var script = await QuarantineAsync("file", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(TestPackages.ScriptText("Clock", "1.0.0")))));

        await UntilAsync(CallAsync, HttpStatusCode.ServiceUnavailable);
        await UntilAsync(FileAsync, HttpStatusCode.Forbidden);
        var ben = await _host.CreateUserAsync();
        using (var install = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Echo/install", new { }))
            (await install.Content.ReadAsStringAsync()).ShouldContain("quarantined");

        using var registry = _registry.Registry();
        foreach (var id in new[] { echo, script })
            (await registry.DeleteAsync($"/api/v1/trust/quarantines/{id}?reason=over")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync(CallAsync, HttpStatusCode.OK);
        await UntilAsync(FileAsync, HttpStatusCode.OK);
    }

    [Fact]
    public async Task R55_A_quarantine_of_a_publisher_reaches_all_that_is_theirs_where_it_runs()
    {
        (await CallAsync(), await FileAsync()).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        using var registry = _registry.Registry();
        var publisher = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Echo/1.0.0")).GetProperty("published_by").GetString()!;

        var id = await QuarantineAsync("publisher", publisher);

        await UntilAsync(CallAsync, HttpStatusCode.ServiceUnavailable);
        await UntilAsync(FileAsync, HttpStatusCode.Forbidden);
        (await registry.GetAsync("/api/v1/plugins/Echo/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await registry.DeleteAsync($"/api/v1/trust/quarantines/{id}?reason=over")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync(CallAsync, HttpStatusCode.OK);
        await UntilAsync(FileAsync, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_its_registry_a_host_keeps_to_what_it_heard_last_also_after_a_restart()
    {
        await QuarantineAsync("plugin", "Echo");
        await UntilAsync(CallAsync, HttpStatusCode.ServiceUnavailable);
        await _registry.StopAsync();

        await RestartAsync(Often);

        (await CallAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable, "from the first request on");
        (await FileAsync()).ShouldBe(HttpStatusCode.OK, "and nothing else is stopped");
        using var install = await _ana.Client.PostAsJsonAsync("/api/v1/plugins/Echo/update", new { });
        install.IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_quarantined_while_the_host_did_not_listen_is_caught_in_its_next_round()
    {
        await RestartAsync(Never);
        (await CallAsync()).ShouldBe(HttpStatusCode.OK);
        await QuarantineAsync("version", "Echo@1.0.0");
        (await CallAsync()).ShouldBe(HttpStatusCode.OK, "it has not asked since");

        await RestartAsync(Often);

        await UntilAsync(CallAsync, HttpStatusCode.ServiceUnavailable);
    }

    private BerthSettings AsHost(BerthSettings settings) => settings with { Role = BerthRole.Host, RegistryUrls = [_registryUrl] };

    private async Task RestartAsync(TimeSpan interval)
    {
        await _host.RestartAsync(AsHost, builder => builder.Services.AddSingleton(new TrustOptions { Interval = interval }));
        _ana = _ana with { Client = _host.Host(_ana.Token) };
    }

    private async Task<string> QuarantineAsync(string kind, string subject)
    {
        using var registry = _registry.Registry();
        using var response = await registry.PostAsJsonAsync("/api/v1/trust/quarantines", new { kind, subject, reason = "It mines." });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<HttpStatusCode> CallAsync()
    {
        using var response = await _ana.Client.GetAsync("/p/Echo/version");
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> FileAsync()
    {
        using var response = await _ana.Client.GetAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}");
        return response.StatusCode;
    }

    private static Task UntilAsync(Func<Task<HttpStatusCode>> ask, HttpStatusCode status) => Eventually.TrueAsync(async () => await ask() == status, $"it answers {status}");
}
