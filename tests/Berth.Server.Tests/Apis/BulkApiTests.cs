using Berth.Data.Sessions;

namespace Berth.Server.Tests.Apis;

public sealed class BulkApiTests(BulkApiTests.Shared shared) : IClassFixture<BulkApiTests.Shared>
{
    private const string V1 = "/api/v1/plugins";
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task An_administrator_installs_for_many_users_and_the_operation_tells_how_far_it_is(string prefix)
    {
        using var admin = _server.Host();
        var users = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _server.CreateUserAsync()));
        var nobody = new string('0', 32);

        using var response = await admin.PostAsJsonAsync($"{prefix}/bulk", new { operation = "install", slug = "Clock", version = "1.0.0", users = users.Select(user => user.Id).Append(nobody) });

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("operation_id").GetString()!;
        response.Headers.Location!.ToString().ShouldBe($"{prefix}/operations/{id}");
        var progress = await EndedAsync(id);
        progress.GetProperty("total").GetInt32().ShouldBe(6);
        progress.GetProperty("done").GetInt32().ShouldBe(6);
        progress.GetProperty("succeeded").GetInt32().ShouldBe(5);
        progress.GetProperty("failed").GetInt32().ShouldBe(1);
        var failure = progress.GetProperty("failures")[0];
        failure.GetProperty("user_id").GetString().ShouldBe(nobody);
        failure.GetProperty("code").GetString().ShouldBe("user.unknown");
        failure.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        foreach (var user in users)
            (await user.Client.GetStringAsync($"{prefix}/")).ShouldContain($"{user.Id}_Clock");
    }

    [Fact]
    public async Task Nobody_but_an_administrator_may()
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync($"{V1}/bulk", new { operation = "install", slug = "Clock", users = "all" });
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        using var cancel = await ana.Client.DeleteAsync($"{V1}/operations/{Guid.NewGuid():n}");
        await cancel.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
    }

    [Theory]
    [InlineData("""{"operation":"explode","slug":"Clock","users":"all"}""", "bulk.operation")]
    [InlineData("""{"operation":"install","slug":"Clock","users":"some"}""", "bulk.users")]
    [InlineData("""{"operation":"install","slug":"Clock","users":[]}""", "bulk.users")]
    [InlineData("""{"operation":"install","slug":"Clock","users":[5]}""", "bulk.users")]
    [InlineData("""{"operation":"install","slug":"Clock"}""", "bulk.users")]
    public async Task What_means_nothing_is_refused_at_once(string body, string code)
    {
        using var admin = _server.Host();
        using var response = await admin.PostAsync($"{V1}/bulk", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task The_same_key_again_answers_the_same_operation()
    {
        using var admin = _server.Host();
        var ana = await _server.CreateUserAsync();
        var key = Guid.NewGuid().ToString();

        using var first = await Idempotency.IdempotencyKeyTests.SendAsync(admin, $"{V1}/bulk", key, new { operation = "install", slug = "Clock", users = new[] { ana.Id } });
        using var again = await Idempotency.IdempotencyKeyTests.SendAsync(admin, $"{V1}/bulk", key, new { operation = "install", slug = "Clock", users = new[] { ana.Id } });

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.Headers.Location.ShouldBe(first.Headers.Location);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_dry_run_counts()
    {
        using var admin = _server.Host();
        using var response = await admin.PostAsJsonAsync($"{V1}/bulk?dry_run=true", new { operation = "install", slug = "Clock", users = new[] { new string('1', 32) } });
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_operation_that_has_ended_cannot_be_ended()
    {
        using var admin = _server.Host();
        using var response = await admin.DeleteAsync($"{V1}/operations/{Guid.NewGuid():n}");
        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "operation.unknown");
    }

    private async Task<JsonElement> EndedAsync(string id)
    {
        string? progress = null;
        await Eventually.TrueAsync(async () =>
        {
            progress = await _server.Server.Services.GetRequiredService<IDatabase>().ReadAsync(session => session.ScalarAsync<string>(
                "SELECT progress FROM operation WHERE id = @id AND state <> 'running'", new { id }));
            return progress is not null;
        }, "the end of the operation");
        return JsonSerializer.Deserialize<JsonElement>(progress!);
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd("Clock"));
    }
}
