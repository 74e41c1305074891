namespace Berth.Server.Tests.Apis;

public sealed class UserDeletionApiTests(InstallationsFixture fixture) : IClassFixture<InstallationsFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_deleted_user_is_signed_out_at_once_and_leaves_no_row()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo", "1.0.0");
        using var admin = _server.Host();
        using (var planned = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}?dry_run=true"))
            (await planned.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("uninstalled")[0].GetString().ShouldBe("Echo");
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var deleted = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}");

        deleted.StatusCode.ShouldBe(HttpStatusCode.OK, await deleted.Content.ReadAsStringAsync());
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var table in new[] { "plugin", "module", "user_data_generation", "tokens", "operation" })
            (await _server.CountAsync($"{table} WHERE user_id = @Id", new { ana.Id })).ShouldBe(0, table);
        (await _server.CountAsync("users WHERE id = @Id", new { ana.Id })).ShouldBe(0);
        (await _server.CountAsync("audit WHERE action = 'user.delete' AND subject = @Id AND request_id IS NOT NULL", new { ana.Id })).ShouldBe(1);
        using var again = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}");
        await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "user.unknown");
    }

    [Fact]
    public async Task What_is_handed_over_works_for_the_heir_and_what_they_had_is_kept_beside()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await ana.InstallAsync("Clock", "1.0.0");
        await ana.InstallAsync("Echo", "1.0.0");
        await ben.InstallAsync("Clock", "1.1.0");
        using var admin = _server.Host();
        using var deleted = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}?data=handover&to={ben.Id}");
        var data = (await deleted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        data.GetProperty("handed_over").EnumerateArray().Select(slug => slug.GetString()).ShouldBe(["Echo"]);
        data.GetProperty("kept").EnumerateArray().Select(slug => slug.GetString()).ShouldBe(["Clock"]);

        var plugins = (await ben.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").EnumerateArray().ToList();
        plugins.Select(plugin => $"{plugin.GetProperty("plugin_slug").GetString()} {plugin.GetProperty("version").GetString()}").ShouldBe(["Clock 1.1.0", "Echo 1.0.0"]);
        (await ben.Client.GetAsync("/p/Echo/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ben.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me/kept-documents")).GetProperty("documents").ValueKind.ShouldBe(JsonValueKind.Array);
    }

    [Fact]
    public async Task One_deletes_oneself_with_the_own_name_only()
    {
        var ana = await _server.CreateUserAsync("departing-ana");
        using (var unconfirmed = await ana.Client.DeleteAsync("/api/v1/auth/me?confirm=somebody"))
            await unconfirmed.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "user.confirm");
        using var deleted = await ana.Client.DeleteAsync("/api/v1/auth/me?confirm=departing-ana");
        deleted.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("?data=handover", HttpStatusCode.BadRequest, "request.query")]
    [InlineData("?to=00000000000000000000000000000000", HttpStatusCode.BadRequest, "request.query")]
    [InlineData("?data=burn", HttpStatusCode.BadRequest, "request.query")]
    [InlineData("?data=handover&to=00000000000000000000000000000000", HttpStatusCode.UnprocessableEntity, "user.heir")]
    public async Task A_deletion_that_is_not_clear_is_refused(string query, HttpStatusCode status, string code)
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();
        using var refused = await admin.DeleteAsync($"/api/v1/admin/users/{ana.Id}{query}");
        await refused.ShouldBeProblemAsync(status, code);
        (await ana.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        using var admin = _server.Host();
        var id = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetString();
        using var refused = await admin.DeleteAsync($"/api/v1/admin/users/{id}");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "user.last_administrator");
    }
}
