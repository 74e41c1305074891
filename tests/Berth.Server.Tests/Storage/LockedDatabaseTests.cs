using Microsoft.Data.Sqlite;

namespace Berth.Server.Tests.Storage;

public sealed class LockedDatabaseTests(LockedDatabaseTests.Shared shared) : IClassFixture<LockedDatabaseTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task R20_R31_A_locked_database_is_503_for_writes_reads_go_on_and_nothing_is_lost()
    {
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock", "1.0.0");
        var file = Directory.EnumerateFiles(_server.DataDirectory, "*.db").Single();
        await using (var other = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();

            var writes = await Task.WhenAll(
                ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock2/install", new { }),
                ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { }),
                ana.Client.DeleteAsync("/api/v1/plugins/Clock"),
                ana.Client.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "x" }),
                _server.Host().PostAsJsonAsync("/api/v1/admin/users", new { username = "locked-out" }),
                _server.Registry().PutAsync("/api/v1/plugins/Fresh/1.0.0", new ByteArrayContent(TestPackages.FrontEnd("Fresh"))));
            foreach (var write in writes)
            {
                // Of two operations on one plugin, one may find the other running.
                if (write.StatusCode == HttpStatusCode.Conflict)
                    continue;
                await write.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "database.locked");
                write.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
            }

            foreach (var path in new[] { $"/api/v1/public/plugins/Clock/{TestPackages.Script}", "/api/v1/plugins/", "/api/v1/plugins/Clock/info", "/api/v1/auth/tokens" })
            {
                using var read = await ana.Client.GetAsync(path);
                read.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await read.Content.ReadAsStringAsync()}");
            }

            (await _server.Registry().GetAsync("/api/v1/plugins")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await _server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
        (await _server.CountAsync("operation WHERE state = 'running'")).ShouldBe(0);
        (await _server.Registry().GetAsync("/api/v1/plugins/Fresh")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ana.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ana.InstallAsync("Clock2");
        await _server.PublishAsync(TestPackages.FrontEnd("Fresh"));
    }

    public sealed class Shared : ServerFixture
    {
        protected override Task PrepareAsync() =>
            Server.PublishAsync(TestPackages.FrontEnd("Clock", "1.0.0"), TestPackages.FrontEnd("Clock", "1.1.0"), TestPackages.FrontEnd("Clock2"));
    }
}
