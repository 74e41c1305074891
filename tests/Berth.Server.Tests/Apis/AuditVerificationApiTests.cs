using Berth.Data.Sessions;

namespace Berth.Server.Tests.Apis;

/// <summary>The verification of the audit over HTTP.</summary>
public sealed class AuditVerificationApiTests
{
    [Fact]
    public async Task The_last_line_is_the_verdict_and_a_change_behind_the_servers_back_is_named()
    {
        await using var server = await TestServer.StartAsync();
        var ana = await server.CreateUserAsync();
        var intact = await VerdictAsync(server.Host());
        intact.GetProperty("intact").GetBoolean().ShouldBeTrue();
        intact.GetProperty("rows").GetInt64().ShouldBeGreaterThan(0);
        intact.GetProperty("unsealed").GetInt64().ShouldBe(0);
        var head = intact.GetProperty("head").GetString()!;
        (await VerdictAsync(server.Registry(), head)).GetProperty("intact").GetBoolean().ShouldBeTrue("the registry says the same");
        using (var forbidden = await ana.Client.GetAsync("/api/v1/audit/verify"))
            await forbidden.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        using (var bad = await server.Host().GetAsync("/api/v1/audit/verify?expect=12"))
            await bad.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.query");

        await server.Server.Services.GetRequiredService<IDatabase>().WriteAsync(async session =>
        {
            await session.ExecuteAsync("DROP TRIGGER audit_is_never_changed");
            return await session.ExecuteAsync("UPDATE audit SET actor_id = @Id WHERE seq = 1", new { ana.Id });
        });
        var lines = await LinesAsync(server.Host(), head);
        lines.ShouldContain(line => line.GetProperty("type").GetString() == "fault" && line.GetProperty("code").GetString() == "audit.rows_changed" && line.GetProperty("from").GetInt64() == 1);
        lines[^1].GetProperty("intact").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_stops_seals_what_there_is()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync();
        await server.StopAsync();
        await using var database = await Databases.OpenAsync("sqlite", server.DataDirectory);
        (await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE seq > (SELECT COALESCE(MAX(seq_to), 0) FROM audit_seal)"))).ShouldBe(0);
        (await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM audit_seal"))).ShouldBeGreaterThan(0);
    }

    private static async Task<JsonElement> VerdictAsync(HttpClient client, string? expect = null) => (await LinesAsync(client, expect))[^1];

    private static async Task<List<JsonElement>> LinesAsync(HttpClient client, string? expect)
    {
        using var answer = await client.GetAsync("/api/v1/audit/verify" + (expect is null ? "" : $"?expect={expect}"));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        return [.. (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
