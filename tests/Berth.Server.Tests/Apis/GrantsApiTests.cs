namespace Berth.Server.Tests.Apis;

/// <summary>What a user grants, changed without another install.</summary>
public sealed class GrantsApiTests(GrantsApiTests.Shared shared) : IClassFixture<GrantsApiTests.Shared>
{
    private const string Net = "network:http-client";
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task What_was_declined_is_in_force_for_the_next_call_once_it_is_granted_and_no_more_once_it_is_taken_back()
    {
        var ana = await UserAsync("Echo");
        var path = "/p/Echo/http?url=" + Uri.EscapeDataString(_server.HostUrl + "/health/live");
        using (var denied = await ana.Client.GetAsync(path))
        {
            var problem = await denied.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "capability.denied");
            problem.GetProperty("detail").GetString()!.ShouldContain("`berth grant Echo network:http-client`");
        }

        (await ChangeAsync(ana, new { grant = new[] { Net } })).GetProperty("granted").EnumerateArray().Single().GetString().ShouldBe(Net);
        (await ana.Client.GetStringAsync(path)).ShouldContain("healthy");

        (await ChangeAsync(ana, new { revoke = new[] { Net } })).GetProperty("granted").GetArrayLength().ShouldBe(0);
        (await ana.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_status_tells_of_each_declared_capability_whether_it_is_permitted_and_granted()
    {
        var ana = await UserAsync("Clock");
        (await CapabilitiesAsync(ana)).ShouldBe([("filesystem:write-temp", true, false), ("process:spawn-child", false, false)]);

        await ChangeAsync(ana, new { grant = new[] { "filesystem:write-temp" } });

        (await CapabilitiesAsync(ana)).ShouldBe([("filesystem:write-temp", true, true), ("process:spawn-child", false, false)]);
        using var fresh = await (await _server.CreateUserAsync()).Client.GetAsync("/api/v1/plugins/Clock/plan");
        (await fresh.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("plan").GetProperty("capabilities").EnumerateArray()
            .Select(one => one.GetProperty("permitted").GetBoolean()).ShouldBe([true, false]);
    }

    [Fact]
    public async Task What_an_install_would_refuse_is_refused_here()
    {
        var ana = await UserAsync("Clock");

        using (var barred = await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { grant = new[] { "process:spawn-child" } }))
            await barred.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "capability.not_permitted");
        using (var undeclared = await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { grant = new[] { Net } }))
            await undeclared.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "capability.not_declared");
        using (var unknown = await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { revoke = new[] { "no:such" } }))
            await unknown.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "capability.not_declared");
        using (var stranger = await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Echo", new { grant = new[] { Net } }))
            await stranger.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.not_installed");

        (await CapabilitiesAsync(ana)).ShouldBe([("filesystem:write-temp", true, false), ("process:spawn-child", false, false)]);
    }

    [Theory]
    [InlineData("""{"grant":"filesystem:write-temp"}""")]
    [InlineData("""{"grant":[1]}""")]
    [InlineData("""{"grant":null}""")]
    [InlineData("""{"grant":[""]}""")]
    [InlineData("""{"grant":["filesystem:write-temp"],"revoke":["filesystem:write-temp"]}""")]
    [InlineData("""{"grant":["filesystem:write-temp"],"enabled":true}""")]
    [InlineData("""{"revoke":["filesystem:write-temp"],"variant":"original"}""")]
    public async Task What_is_no_change_of_grants_changes_nothing(string body)
    {
        var ana = await UserAsync("Clock");
        using var response = await ana.Client.PatchAsync("/api/v1/plugins/Clock", new StringContent(body, Encoding.UTF8, "application/json"));

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid");
        (await CapabilitiesAsync(ana))[0].ShouldBe(("filesystem:write-temp", true, false));
    }

    [Fact]
    public async Task Audit_and_event_tell_of_the_change_and_a_dry_run_leaves_none()
    {
        var ana = await UserAsync("Clock");
        using (var dry = await ana.Client.PatchAsJsonAsync("/api/v1/plugins/Clock?dry_run=true", new { grant = new[] { "filesystem:write-temp" } }))
        {
            var plan = (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("plan");
            plan.GetProperty("kind").GetString().ShouldBe("grants");
            plan.GetProperty("capabilities")[0].GetProperty("granted").GetBoolean().ShouldBeTrue();
        }

        (await CapabilitiesAsync(ana))[0].ShouldBe(("filesystem:write-temp", true, false));
        (await EventsAsync(ana)).ShouldBeEmpty();

        await ChangeAsync(ana, new { grant = new[] { "filesystem:write-temp" } });

        (await EventsAsync(ana)).ShouldHaveSingleItem().ShouldContain("\"granted\":[\"filesystem:write-temp\"],\"revoked\":[]");
        using var admin = _server.Host();
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=plugin.grants")).GetProperty("entries").EnumerateArray()
            .Where(entry => entry.GetRawText().Contains(ana.Id, StringComparison.Ordinal)).ShouldHaveSingleItem().GetProperty("outcome").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_token_that_only_reads_grants_nothing()
    {
        var ana = await UserAsync("Clock");
        using var client = _server.Host(await ana.CreateTokenAsync("read"));

        using var response = await client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { grant = new[] { "filesystem:write-temp" } });

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(TestUser user) =>
        [.. (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/events?type=berth.installation.grants_changed")).GetProperty("events").EnumerateArray().Select(one => one.GetRawText())];

    private static async Task<JsonElement> ChangeAsync(TestUser user, object change)
    {
        var installed = (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins")[0].GetProperty("plugin_slug").GetString();
        using var response = await user.Client.PatchAsJsonAsync($"/api/v1/plugins/{installed}", change);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
    }

    private static async Task<IReadOnlyList<(string Name, bool IsPermitted, bool IsGranted)>> CapabilitiesAsync(TestUser user) =>
    [
        .. (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/status")).GetProperty("data").GetProperty("plugin_info").GetProperty("capabilities").EnumerateArray()
            .Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("permitted").GetBoolean(), one.GetProperty("granted").GetBoolean())),
    ];

    private async Task<TestUser> UserAsync(string slug)
    {
        var user = await _server.CreateUserAsync();
        await user.InstallAsync(slug, "1.0.0");
        return user;
    }

    public sealed class Shared : ServerFixture
    {
        // The test's own server, which Echo asks, is on this machine.
        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton(new Berth.Host.HostOptions
        {
            Network = new() { Rules = Berth.Host.Isolation.Network.NetworkRule.Parse("* private 127.0.0.0/8:*") },
        });

        protected override async Task PrepareAsync()
        {
            await Server.PublishAsync(
                Golden.Package("Echo"),
                TestPackages.FrontEnd("Clock", "1.0.0", new { security = new { capabilities = new[] { "filesystem:write-temp", "process:spawn-child" } } }));
            using var registry = Server.Registry();
            (await registry.PutAsJsonAsync("/api/v1/plugins/Clock/trust", new { level = "community", reason = "nobody has looked at it" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
