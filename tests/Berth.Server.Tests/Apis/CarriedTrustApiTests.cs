namespace Berth.Server.Tests.Apis;

/// <summary>What a mirror says of where a package comes from, and of the decisions there.</summary>
public sealed class CarriedTrustApiTests : IAsyncLifetime
{
    private const string From = "https://there.example";
    private TestServer _server = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _admin = _server.Registry();
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("", "internal")]
    [InlineData($"?carried_from={From}", "community")]
    [InlineData($"?carried_from={From}&carried_level=internal", "community")]
    [InlineData($"?carried_from={From}&carried_level=untrusted", "untrusted")]
    public async Task An_administrators_publish_that_is_carried_from_elsewhere_is_not_internal(string query, string level)
    {
        using var published = await _admin.PutAsync($"/api/v1/plugins/Clock/1.0.0{query}", new ByteArrayContent(TestPackages.FrontEnd()));

        (await published.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("trust_level").GetString().ShouldBe(level);
    }

    [Fact]
    public async Task It_does_not_write_over_other_peoples_plugins()
    {
        var ana = await _server.CreateUserAsync();
        (await _server.Registry(ana.Token).PutAsync("/api/v1/plugins/Clock/1.0.0", new ByteArrayContent(TestPackages.FrontEnd()))).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var taken = await _admin.PutAsync($"/api/v1/plugins/Clock/2.0.0?carried_from={From}", new ByteArrayContent(TestPackages.FrontEnd(version: "2.0.0")));

        await taken.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "slug.taken");
    }

    [Fact]
    public async Task A_decision_is_carried_tried_without_being_kept_and_refused_with_what_to_do()
    {
        using (var published = await _admin.PutAsync($"/api/v1/plugins/Clock/1.0.0?carried_from={From}", new ByteArrayContent(TestPackages.FrontEnd())))
            published.StatusCode.ShouldBe(HttpStatusCode.Created);
        var wish = new { source = From, level = "internal", reason = "Ours.", decided_by = "0a", decided_at = "2026-01-01T00:00:00Z", evidence = new { read = true } };

        var dry = await AnswerAsync("?dry_run=true", wish);
        (dry.GetProperty("level").GetString(), dry.GetProperty("outcome").GetString(), dry.GetProperty("dry_run").GetBoolean()).ShouldBe(("verified", "carried", true));
        (await LevelAsync()).ShouldBe("community");
        (await AnswerAsync("", wish)).GetProperty("previous").GetString().ShouldBe("community");
        (await LevelAsync()).ShouldBe("verified");

        await BadAsync(new { source = "", level = "verified", reason = "x" }, "request.invalid");
        await BadAsync(new { source = "a\u0000b", level = "verified", reason = "x" }, "request.invalid");
        await BadAsync(new { source = From, level = "super", reason = "x" }, "trust.level");
        await BadAsync(new { source = From, level = "verified" }, "trust.reason");
        await BadAsync(new { source = From, level = "verified", reason = "x", decided_by = new string('a', 201) }, "request.invalid");
        await BadAsync(new { source = From, level = "verified", reason = "x", evidence = new string('e', 70_000) }, "trust.evidence");
        using (var level = await _admin.PutAsync($"/api/v1/plugins/Clock/1.0.0?carried_from={From}&carried_level=super", new ByteArrayContent(TestPackages.FrontEnd())))
            await level.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "trust.level");
        var ana = await _server.CreateUserAsync();
        (await _server.Registry(ana.Token).PostAsJsonAsync("/api/v1/plugins/Clock/trust/carried", wish)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<JsonElement> AnswerAsync(string query, object body)
    {
        using var response = await _admin.PostAsJsonAsync($"/api/v1/plugins/Clock/trust/carried{query}", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task BadAsync(object body, string code)
    {
        using var response = await _admin.PostAsJsonAsync("/api/v1/plugins/Clock/trust/carried", body);
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
    }

    private async Task<string?> LevelAsync() => (await _admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Clock/trust")).GetProperty("level").GetString();
}
