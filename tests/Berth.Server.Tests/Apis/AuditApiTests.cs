namespace Berth.Server.Tests.Apis;

public sealed class AuditApiTests(InstallationsFixture fixture) : IClassFixture<InstallationsFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task An_entry_names_actor_user_action_outcome_and_the_request_of_the_answer()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/plugins/Clock/install") { Headers = { { "Berth-User", ana.Id } }, Content = JsonContent.Create(new { version = "1.0.0" }) };
        using var installed = await admin.SendAsync(request);
        var requestId = installed.Headers.GetValues("X-Request-Id").Single();

        var entry = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=plugin.install")).GetProperty("entries").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("user_id").GetString().ShouldBe(ana.Id);
        entry.GetProperty("actor_id").GetString().ShouldNotBe(ana.Id);
        entry.GetProperty("subject").GetString().ShouldBe($"{ana.Id}_Clock");
        entry.GetProperty("outcome").GetString().ShouldBe("succeeded");
        entry.GetProperty("request_id").GetString().ShouldBe(requestId);
        entry.GetProperty("detail").GetProperty("version").GetString().ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_user_sees_their_own_entries_and_an_administrator_all_by_filter()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock", "1.0.0");
        await ben.InstallAsync("Clock", "1.0.0");
        using (await ben.Client.PostAsJsonAsync("/api/v1/plugins/FailsOnInstall/install", new { }))
        {
            // A failure.
        }

        using var forbidden = await ana.Client.GetAsync($"/api/v1/audit?user={ben.Id}");
        await forbidden.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        (await EntriesAsync(ana.Client, "")).ShouldAllBe(entry => entry.GetProperty("user_id").GetString() == ana.Id);
        using var admin = _server.Host();
        (await EntriesAsync(admin, $"?user={ben.Id}&outcome=failed")).ShouldHaveSingleItem().GetProperty("action").GetString().ShouldBe("plugin.install");
        (await EntriesAsync(admin, $"?actor={ana.Id}")).ShouldHaveSingleItem();
        (await EntriesAsync(admin, $"?user={ana.Id}&until=2001-01-01T00:00:00Z")).ShouldBeEmpty();
        (await EntriesAsync(admin, $"?user={ana.Id}&since=2001-01-01T00:00:00Z&limit=1")).ShouldHaveSingleItem();
        using var bad = await admin.GetAsync("/api/v1/audit?since=yesterday");
        await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.query");
    }

    [Fact]
    public async Task A_problem_carries_the_id_of_the_request()
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.GetAsync("/api/v1/plugins/operations/nothing");
        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "operation.unknown");
        response.Headers.GetValues("X-Request-Id").Single().ShouldBe(problem.GetProperty("traceId").GetString());
    }

    private static async Task<IReadOnlyList<JsonElement>> EntriesAsync(HttpClient client, string query) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/audit" + query)).GetProperty("entries").EnumerateArray()];
}
