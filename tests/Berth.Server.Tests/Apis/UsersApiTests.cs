namespace Berth.Server.Tests.Apis;

public sealed class UsersApiTests(UsersApiTests.Shared shared) : IClassFixture<UsersApiTests.Shared>
{
    private readonly HttpClient _admin = shared.Server.Host();

    [Fact]
    public async Task A_user_is_created_with_an_id_of_32_digits_and_a_token_that_works()
    {
        using var response = await _admin.PostAsJsonAsync("/api/v1/admin/users", new { username = "carla", roles = new[] { "editor" } });
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var user = await response.Content.ReadFromJsonAsync<JsonElement>();
        user.GetProperty("id").GetString()!.ShouldMatch("^[0-9a-f]{32}$");
        var me = await shared.Server.Host(user.GetProperty("token").GetString()).GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        me.GetProperty("username").GetString().ShouldBe("carla");

        using var again = await _admin.PostAsJsonAsync("/api/v1/admin/users", new { username = "CARLA" });
        await again.ShouldBeProblemAsync(HttpStatusCode.Conflict, "user.exists");
    }

    [Theory]
    [InlineData("{\"username\":\"\"}", "user.name")]
    [InlineData("{\"username\":\" x\"}", "user.name")]
    [InlineData("{\"username\":\"a\\u0000b\"}", "user.name")]
    [InlineData("{\"username\":\"x\",\"password\":\"short\"}", "user.password")]
    [InlineData("{\"username\":\"x\",\"roles\":[\"\"]}", "user.roles")]
    [InlineData("{\"username\":\"x\",\"roles\":[null]}", "user.roles")]
    public async Task A_bad_user_is_refused_with_the_reason(string body, string code)
    {
        using var response = await _admin.PostAsync("/api/v1/admin/users", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Many_users_come_as_JSON_lines_each_with_a_token_that_works()
    {
        using var response = await _admin.PostAsJsonAsync("/api/v1/admin/users/bulk", new { count = 1200 });
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        lines.Select(line => line.GetProperty("id").GetString()).Distinct().Count().ShouldBe(1200);
        (await shared.Server.Host(lines[^1].GetProperty("token").GetString()).GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"count\":0}")]
    [InlineData("{\"count\":1000001}")]
    [InlineData("{\"count\":1,\"users\":[\"a\"]}")]
    [InlineData("{\"users\":[]}")]
    public async Task A_bulk_of_nothing_or_too_much_is_refused(string body)
    {
        using var response = await _admin.PostAsync("/api/v1/admin/users/bulk", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "user.bulk");
    }

    [Fact]
    public async Task A_bulk_with_a_taken_or_a_bad_name_creates_nobody()
    {
        using (var twice = await _admin.PostAsJsonAsync("/api/v1/admin/users/bulk", new { users = new[] { "dora", "emil", "DORA" } }))
            await twice.ShouldBeProblemAsync(HttpStatusCode.Conflict, "user.exists");
        using (var bad = await _admin.PostAsJsonAsync("/api/v1/admin/users/bulk", new { users = new[] { "dora", "" } }))
            await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "user.name");
        (await shared.Server.CountAsync("users WHERE username IN ('dora', 'emil')")).ShouldBe(0);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_by_its_link()
    {
        for (var i = 0; i < 3; i++)
            await shared.Server.CreateUserAsync();
        var seen = new List<string>();
        var next = "/api/v1/admin/users?limit=100";
        while (next is not null)
        {
            using var response = await _admin.GetAsync(next);
            var page = await response.Content.ReadFromJsonAsync<JsonElement>();
            seen.AddRange(page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        seen.Distinct().Count().ShouldBe(seen.Count);
        seen.Count.ShouldBe((int)await shared.Server.CountAsync("users"));
    }

    public sealed class Shared : ServerFixture;
}
