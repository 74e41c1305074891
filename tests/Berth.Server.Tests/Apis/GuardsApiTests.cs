namespace Berth.Server.Tests.Apis;

public sealed class GuardsApiTests(GuardsApiTests.Shared shared) : IClassFixture<GuardsApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_guard_of_a_dependency_decides_in_the_callers_own_version_of_it()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("GuardConsumer");
        using (var denied = await ana.Client.GetAsync("/p/GuardConsumer/tells/this"))
        {
            var problem = await denied.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "guard.denied");
            problem.GetProperty("detail").GetString().ShouldBe($"GuardProvider 1.0.0 asked for GuardConsumer 1.0.0 by {ana.Id} at GET /tells/{{what}} this");
        }

        (await ana.Client.GetAsync("/p/GuardConsumer/guest")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_administrator_sees_guards_with_their_scope_their_users_and_their_decisions()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("GuardConsumer");
        await ana.Client.GetAsync("/p/GuardConsumer/member");

        using var admin = _server.Host();
        var plugins = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/guards")).GetProperty("plugins").EnumerateArray().ToList();
        var provided = Guard("GuardProvider", "member");
        provided.GetProperty("scope").GetString().ShouldBe("local");
        provided.GetProperty("exported").GetBoolean().ShouldBeTrue();
        provided.GetProperty("used_by")[0].GetProperty("slug").GetString().ShouldBe("GuardConsumer");
        var used = Guard("GuardConsumer", "member");
        used.GetProperty("scope").GetString().ShouldBe("external");
        used.GetProperty("provider").GetString().ShouldBe("GuardProvider");
        used.GetProperty("denied").GetInt64().ShouldBe(provided.GetProperty("denied").GetInt64());
        used.GetProperty("denied").GetInt64().ShouldBeGreaterThan(0);

        JsonElement Guard(string slug, string name) => plugins.Single(plugin => plugin.GetProperty("slug").GetString() == slug)
            .GetProperty("guards").EnumerateArray().Single(guard => guard.GetProperty("name").GetString() == name);
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(Golden.Package("GuardProvider"), Golden.Package("GuardConsumer"));
    }
}
