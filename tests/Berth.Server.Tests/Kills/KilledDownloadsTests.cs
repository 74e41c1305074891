using Berth.Registry.Catalog;

namespace Berth.Server.Tests.Kills;

/// <summary>A real server is killed with -9 while its downloads are counted.</summary>
public sealed class KilledDownloadsTests
{
    private const string Token = "berth_pat_administrator-of-the-tests";

    [Fact]
    public async Task Downloads_are_counted_once_after_a_kill_and_lost_are_at_most_those_since_the_last_write()
    {
        using var folder = new TestFolder();
        var users = new List<string>();
        int begun = 0, done = 0;
        var seen = 0L;
        await using (var server = Start(folder))
        {
            var (host, registry) = await AddressesAsync(server);
            using var admin = Client(registry, Token);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(TestPackages.FrontEnd("Counted")), "plugin", "x.berth" } };
            (await admin.PostAsync("/api/v1/plugins", form)).EnsureSuccessStatusCode();
            using (var bulk = await Client(host, Token).PostAsJsonAsync("/api/v1/admin/users/bulk", new { count = 2000 }))
                users.AddRange((await bulk.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("token").GetString()!));

            var downloads = Task.Run(async () =>
            {
                try
                {
                    foreach (var user in users)
                    {
                        Interlocked.Increment(ref begun);
                        await DownloadAsync(registry, user);
                        Interlocked.Increment(ref done);
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or IOException)
                {
                    // Killed.
                }
            });
            // Whoever sees the count grow twice has seen two writes, and the second began after the first had ended: so it had
            // everything that was downloaded before the look. All of that must outlive the kill, whenever that comes.
            await Eventually.TrueAsync(() => Volatile.Read(ref done) > 0, "downloads");
            var before = Volatile.Read(ref done);
            seen = await CountAsync(admin);
            for (var write = 0; write < 2; write++)
            {
                await Eventually.TrueAsync(async () => await CountAsync(admin) is var now && now > seen && (seen = now) == now, "the next write");
            }

            seen.ShouldBeGreaterThanOrEqualTo(before, "what was downloaded before the two last writes is in them");

            System.Diagnostics.Process.GetProcessById(server.Id).Kill();
            await server.WaitForExitAsync();
            await downloads;
        }

        await using (var again = Start(folder))
        {
            var (_, registry) = await AddressesAsync(again);
            using var admin = Client(registry, Token);
            var count = await CountAsync(admin);
            count.ShouldBeGreaterThanOrEqualTo(seen, "what somebody has seen counted stays counted");
            count.ShouldBeLessThanOrEqualTo(begun, "nothing is counted twice");
            var listed = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins?q=Counted")).GetProperty("plugins")[0].GetProperty("downloads").GetInt64();
            listed.ShouldBe(count, "the days and the listing are written together");
        }
    }

    [Fact]
    public void Between_two_writes_lies_less_than_the_second_that_may_be_lost() =>
        DownloadFlushService.Interval.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(500), "the other half is for the write itself");

    private static ServerProcess Start(TestFolder folder) => ServerProcess.StartServer([], folder.Path,
        ("BERTH_DATA_DIR", Path.Combine(folder.Path, "data")), ("BERTH_HOST_URLS", "http://127.0.0.1:0"), ("BERTH_REGISTRY_URLS", "http://127.0.0.1:0"),
        ("BERTH_ADMIN_TOKEN", Token), ("BERTH_RATE_LIMITS", "off"));

    private static async Task<(string Host, string Registry)> AddressesAsync(ServerProcess server) =>
        (await server.ReadAfterAsync("Host: "), await server.ReadAfterAsync("Registry: "));

    private static async Task<long> CountAsync(HttpClient admin) =>
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Counted/stats")).GetProperty("downloads").GetInt64();

    private static async Task DownloadAsync(string registry, string token)
    {
        using var client = Client(registry, token);
        using var response = await client.GetAsync("/api/v1/plugins/Counted/1.0.0/download");
        response.EnsureSuccessStatusCode();
    }

    private static HttpClient Client(string address, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }
}
