using Berth.Host;
using Berth.Host.Isolation;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Signing;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>What a registry's policy of a trust level asks for, in force on a host that hears of it over nothing but HTTP.</summary>
public sealed class PoliciesAcrossRolesTests : IAsyncLifetime
{
    private TestServer _registry = null!;
    private TestServer _host = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestServer.StartAsync(settings => settings with { Role = BerthRole.Registry });
        _host = await TestServer.StartAsync(
            settings => settings with { Role = BerthRole.Host, RegistryUrls = [_registry.RegistryUrl] },
            builder => builder.Services.AddSingleton(new TrustOptions { Interval = TimeSpan.FromMilliseconds(100) }));
        await _registry.PublishAsync(Golden.Package("Echo"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task A_policys_isolation_and_limits_place_a_plugin_that_would_run_in_the_host()
    {
        // The less trusted levels may not be isolated less.
        foreach (var level in (string[])["verified", "internal"])
            await PolicyAsync(level, new { isolation = "process", limits = new { memory_megabytes = 192, cpu_percent = 50, execution_seconds = 20, processes = 100, open_files = 512, file_size_megabytes = 2, disk_megabytes = 8, bandwidth_kilobytes = 100 } });
        await Eventually.TrueAsync(() => Task.FromResult(Rule() is { Isolation: "process", MemoryBytes: 192L << 20, ProcessorShare: 0.5 }), "the host has heard of the policy");
        var ana = await _host.CreateUserAsync();
        await ana.InstallAsync("Echo");

        (await ana.Client.GetAsync("/p/Echo/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var admin = _host.Host();
        var instances = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances");
        var echo = instances.EnumerateArray().Single(one => one.GetProperty("slug").GetString() == "Echo");
        echo.GetProperty("isolation").GetString().ShouldBe("process");
        echo.GetProperty("worker").GetProperty("memory_limit_bytes").GetInt64().ShouldBe(192L << 20);
        var limits = echo.GetProperty("limits");
        (limits.GetProperty("processes").GetInt32(), limits.GetProperty("open_files").GetInt32(), limits.GetProperty("file_size_bytes").GetInt64(), limits.GetProperty("disk_bytes").GetInt64(), limits.GetProperty("bandwidth_bytes").GetInt64())
            .ShouldBe((100, 512, 2L << 20, 8L << 20, 100L << 10));
        (limits.GetProperty("memory_bytes").GetInt64(), limits.GetProperty("cpu_percent").GetDouble(), limits.GetProperty("execution_ms").GetDouble()).ShouldBe((192L << 20, 50.0, 20_000.0));
        Rule()!.RequestTime.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_policys_required_signatures_are_asked_for_at_the_install()
    {
        await PolicyAsync("internal", new { required_signatures = new[] { "registry" } });
        await HeardAsync(RequiredSigners.Registry);
        var ana = await _host.CreateUserAsync();
        await ana.InstallAsync("Echo");

        await PolicyAsync("internal", new { required_signatures = new[] { "author", "registry" } });
        await HeardAsync(RequiredSigners.Registry | RequiredSigners.Author);

        var ben = await _host.CreateUserAsync();
        using var refused = await ben.Client.PostAsJsonAsync("/api/v1/plugins/Echo/install", new { });
        (await refused.Content.ReadAsStringAsync()).ShouldContain("signature.required");
        refused.IsSuccessStatusCode.ShouldBeFalse();
        using var call = await ana.Client.GetAsync("/p/Echo/version");
        (await call.Content.ReadAsStringAsync()).ShouldContain("1.0.0", customMessage: "what runs goes on until it ends");
    }

    private PlacementRule? Rule() => _host.Server.Services.GetRequiredService<IPlacementRules>().Of("Echo", "internal");

    private Task HeardAsync(RequiredSigners signers) => Eventually.TrueAsync(
        () => Task.FromResult(_host.Server.Services.GetRequiredService<ISignatureTrust>().RequiredOf("Echo", "internal", isPrivate: false) == signers), $"the host has heard that {signers} must have signed");

    private async Task PolicyAsync(string level, object policy)
    {
        using var registry = _registry.Registry();
        using var response = await registry.PutAsJsonAsync($"/api/v1/trust/policies/{level}", new { policy, reason = "Stricter." });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }
}
