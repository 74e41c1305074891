using Berth.Lifecycle.Trust;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Composition;

/// <summary>Automatic updates of a host that knows its registry over nothing but HTTP.</summary>
public sealed class AutoUpdatesAcrossRolesTests
{
    private const string V1 = "/api/v1/plugins";

    [Fact]
    public async Task A_host_apart_takes_what_its_registry_publishes_and_keeps_to_its_policies_yanks_and_absence()
    {
        await using var registry = await TestServer.StartAsync(settings => settings with { Role = BerthRole.Registry });
        var address = registry.RegistryUrl;
        await using var host = await TestServer.StartAsync(
            settings => settings with { Role = BerthRole.Host, RegistryUrls = [address], AutoUpdateInterval = TimeSpan.FromMilliseconds(200) },
            builder => builder.Services.AddSingleton(new TrustOptions { Interval = TimeSpan.FromMilliseconds(100) }));
        await registry.PublishAsync(TestPackages.FrontEnd("Clock"));
        var ana = await host.CreateUserAsync();
        await ana.InstallAsync("Clock");
        using (var optedIn = await ana.Client.PatchAsJsonAsync($"{V1}/Clock", new { auto_update = true }))
            optedIn.StatusCode.ShouldBe(HttpStatusCode.OK);

        await registry.PublishAsync(TestPackages.FrontEnd("Clock", "1.1.0"));
        await UntilAsync(ana, "updated", "1.1.0");

        using (var admin = registry.Registry())
        {
            using var policy = await admin.PutAsJsonAsync("/api/v1/trust/policies/internal", new { policy = new { auto_update = false }, reason = "By hand only." });
            policy.StatusCode.ShouldBe(HttpStatusCode.OK, await policy.Content.ReadAsStringAsync());
        }

        await registry.PublishAsync(TestPackages.FrontEnd("Clock", "1.2.0"));
        (await UntilAsync(ana, "withheld", "1.2.0")).GetProperty("code").GetString().ShouldBe("auto_update.policy");

        using (var admin = registry.Registry())
        using (var yank = await admin.PostAsJsonAsync($"{V1}/Clock/1.2.0/yank", new { reason = "Broken." }))
            yank.StatusCode.ShouldBe(HttpStatusCode.OK, await yank.Content.ReadAsStringAsync());
        await UntilAsync(ana, "current", null);

        await registry.StopAsync();
        var now = await StateAsync(ana);
        (now.GetProperty("state").GetString(), now.GetProperty("current_version").GetString()).ShouldBe(("current", "1.1.0"));
    }

    private static async Task<JsonElement> StateAsync(TestUser user) => (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/Clock/auto-update")).GetProperty("data");

    private static async Task<JsonElement> UntilAsync(TestUser user, string state, string? version)
    {
        JsonElement now = default;
        await Eventually.TrueAsync(
            async () => (now = await StateAsync(user)).GetProperty("state").GetString() == state && now.GetProperty("version").GetString() == version, $"Clock is {state} at {version}");
        return now;
    }
}
