namespace Berth.Server.Tests.Apis;

public sealed class IsolationApiTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Administrators_see_every_level_with_what_it_is_made_of_or_why_it_cannot_be_had()
    {
        using var admin = _server.Host();
        foreach (var path in (string[])["/api/v1/plugins/system/isolation", "/api/plugins/system/isolation?again=true"])
        {
            var levels = (await admin.GetFromJsonAsync<JsonElement>(path)).GetProperty("levels").EnumerateArray().ToArray();
            levels.Select(level => level.GetProperty("level").GetString()).ShouldBe(["none", "process", "sandbox", "container", "vm"]);
            levels[0].GetProperty("available").GetBoolean().ShouldBeTrue();
            levels.ShouldAllBe(level => level.GetProperty("reason").GetString()!.Length > 10);
            levels.ShouldAllBe(level => level.GetProperty("gaps").ValueKind == JsonValueKind.Array);
            var spares = (await admin.GetFromJsonAsync<JsonElement>(path)).GetProperty("spares");
            spares.GetProperty("most").GetInt32().ShouldBe(1);
            spares.GetProperty("waiting").GetArrayLength().ShouldBe(0, "no worker has run");
        }
    }

    [Fact]
    public async Task Others_do_not()
    {
        var ana = await _server.CreateUserAsync();
        (await ana.Client.GetAsync("/api/v1/plugins/system/isolation")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
