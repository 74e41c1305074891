namespace Berth.Server.Tests.Apis;

public sealed class HealthApiTests(HealthApiTests.Shared shared) : IClassFixture<HealthApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Alive_and_ready_need_no_token_on_host_and_registry()
    {
        foreach (var (client, checks) in new[] { (_server.Host(token: null), new[] { "database", "disk", "plugins" }), (_server.Registry(token: null), ["database", "disk", "search"]) })
        {
            (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
            using var ready = await client.GetAsync("/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").EnumerateObject().Select(check => check.Name).Order().ShouldBe(checks);
        }
    }

    [Fact]
    public async Task Ready_tells_what_answers_searches()
    {
        using var client = _server.Registry(token: null);
        var ready = await client.GetFromJsonAsync<JsonElement>("/health/ready");

        ready.GetProperty("checks").GetProperty("search").GetProperty("details").GetProperty("engine").GetString().ShouldBe("memory");
    }

    [Fact]
    public async Task Without_its_data_folder_the_server_is_alive_and_not_ready()
    {
        using var client = _server.Host(token: null);
        var away = _server.DataDirectory + ".away";
        Directory.Move(_server.DataDirectory, away);
        try
        {
            (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
            using var ready = await client.GetAsync("/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            var text = await ready.Content.ReadAsStringAsync();
            text.ShouldContain("unhealthy");
            Problems.ShouldTellNothing(text);
        }
        finally
        {
            Directory.Move(away, _server.DataDirectory);
        }

        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public sealed class Shared : ServerFixture;
}
