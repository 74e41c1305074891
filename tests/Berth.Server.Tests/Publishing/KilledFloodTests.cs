using System.Globalization;
using System.Security.Cryptography;
using Berth.Registry.Catalog;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests.Publishing;

/// <summary>
/// A thousand clients that are all in the middle of their uploads when the first is let go on; scanners are killed all the time,
/// and in the middle of it the server is.
/// </summary>
public sealed class KilledFloodTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Count = 1_000;

    // A server that has nothing to do has some 150. What waits for its turn lies in files, not in memory.
    private const long MostMegabytes = 400;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task R59_R66_R67_A_thousand_uploads_at_once_with_killed_scanners_and_a_killed_server_lose_nothing_and_let_nothing_through()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var killAfter = new Random(seed).Next(100, 700);
        using var folder = new TestFolder();
        var uploads = Enumerable.Range(0, Count).Select(Upload.Number).ToArray();

        await using (var first = await StartAsync(folder))
        {
            var flood = new Flood(uploads, killAfter);
            var work = flood.SendAsync(Client(first));
            await flood.EnoughAnswered.WaitAsync(Deadline);
            output.WriteLine($"first server: {Peak(first)} MB at most, {flood.CameAgain} came again, killed after {flood.Time.Elapsed.TotalSeconds:0.0} s");
            Peak(first).ShouldBeLessThan(MostMegabytes);
            await first.KillAsync();
            await work.WaitAsync(Deadline);
        }

        var acknowledged = uploads.Where(upload => upload.Operation is not null).ToList();
        acknowledged.Count.ShouldBeInRange(killAfter, Count - 1, "it was killed in the middle");
        output.WriteLine($"killed after {killAfter} answers; {acknowledged.Count} acknowledged, {uploads.Count(upload => upload.WasLost)} without an answer");

        await using var second = await StartAsync(folder);
        using var registry = Client(second);
        // Before anybody sends anything again: every answer that was given holds.
        await ForEachAsync(acknowledged, async upload =>
        {
            await Eventually.TrueAsync(async () => (await registry.GetFromJsonAsync<JsonElement>($"/api/v1/operations/{upload.Operation}")).GetProperty("has_ended").GetBoolean(), $"{upload.Slug} has an outcome");
            await ShouldBeDecidedAsync(registry, upload);
        });

        // Clients without an answer send the same bytes again, all at once again.
        var again = new Flood([.. uploads.Where(upload => upload.Operation is null)], int.MaxValue);
        await again.SendAsync(Client(second)).WaitAsync(Deadline);
        output.WriteLine($"second server: {Peak(second)} MB at most, {again.CameAgain} came again, all answered after {again.Time.Elapsed.TotalSeconds:0.0} s");
        Peak(second).ShouldBeLessThan(MostMegabytes);
        uploads.ShouldAllBe(upload => upload.Operation != null);
        await ForEachAsync(uploads, async upload =>
        {
            await Eventually.TrueAsync(async () => (await registry.GetAsync(upload.Path)).StatusCode == HttpStatusCode.OK, $"{upload.Slug} is there");
            await ShouldBeDecidedAsync(registry, upload);
        });

        var all = await registry.GetFromJsonAsync<JsonElement>("/api/v1/plugins?limit=1");
        all.GetProperty("total_count").GetInt32().ShouldBe(uploads.Count(upload => upload.MayPass), "nothing is offered but what a scanner passed");
        Directory.EnumerateFiles(Path.Combine(folder.Path, "packages"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(name => name!.Length == 64)
            .ShouldBe(uploads.Select(upload => upload.Digest), ignoreOrder: true, "there are the bytes of each and nothing else");
    }

    private static async Task ShouldBeDecidedAsync(HttpClient registry, Upload upload)
    {
        var record = await registry.GetFromJsonAsync<JsonElement>(upload.Path);
        record.GetProperty("digest").GetString().ShouldBe(upload.Digest);
        record.GetProperty("state").GetString().ShouldBe(upload.MayPass ? VersionState.Visible : VersionState.Held, upload.Slug);
        record.GetProperty("stages").EnumerateArray().Select(stage => $"{stage.GetProperty("stage")} {stage.GetProperty("verdict")}")
            .ShouldBe([upload.MayPass ? "scan passed" : "scan failed", "approval passed"], upload.Slug);
        using var download = await registry.GetAsync(upload.Path + "/download");
        download.StatusCode.ShouldBe(upload.MayPass ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        if (upload.MayPass)
            Convert.ToHexStringLower(SHA256.HashData(await download.Content.ReadAsByteArrayAsync())).ShouldBe(upload.Digest);
    }

    private static Task ForEachAsync(IEnumerable<Upload> uploads, Func<Upload, Task> look) =>
        Parallel.ForEachAsync(uploads, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (upload, _) => await look(upload));

    private static Task<KillTarget> StartAsync(TestFolder folder) => KillTarget.StartAsync(typeof(FaultyServer).Assembly.Location, folder.Path, "sqlite", "faulty-server");

    private static HttpClient Client(KillTarget server)
    {
        var client = server.Client(KillTarget.AdminToken);
        client.BaseAddress = server.Registry;
        client.Timeout = Deadline;
        return client;
    }

    /// <summary>The most memory that the process has ever had, in megabytes.</summary>
    private static long Peak(KillTarget server) => long.Parse(
        File.ReadLines($"/proc/{server.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>Uploads that wait for each other in the middle of their bodies, so that each has begun before any can end.</summary>
    private sealed class Flood(IReadOnlyList<Upload> uploads, int enough)
    {
        private readonly TaskCompletionSource _allBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;
        private int _answered;
        private int _cameAgain;

        public Task EnoughAnswered => _enough.Task;

        public int CameAgain => _cameAgain;

        public System.Diagnostics.Stopwatch Time { get; } = new();

        /// <summary>Sends all, until each is answered or the server is gone.</summary>
        public async Task SendAsync(HttpClient client)
        {
            Time.Start();
            await Task.WhenAll(uploads.Select(upload => SendAsync(upload, client)));
            Time.Stop();
            client.Dispose();
        }

        private async Task SendAsync(Upload upload, HttpClient client)
        {
            // Counted once, also when its connection broke before it came so far or was opened twice: the others would wait for ever.
            var meeting = new Lazy<Task>(MeetAsync);
            var answer = await upload.SendAsync(client, () => meeting.Value);
            _ = meeting.Value;
            switch (answer)
            {
                case Answer.Acknowledged:
                    if (Interlocked.Increment(ref _answered) == enough)
                        _enough.TrySetResult();
                    return;
                case Answer.Later:
                    Interlocked.Increment(ref _cameAgain);
                    while (await upload.SendAsync(client, () => Task.CompletedTask) == Answer.Later)
                        Interlocked.Increment(ref _cameAgain);
                    goto case Answer.Acknowledged;
                default:
                    return;
            }
        }

        private Task MeetAsync()
        {
            if (Interlocked.Increment(ref _begun) == uploads.Count)
                _allBegun.TrySetResult();
            return _allBegun.Task;
        }
    }

    private enum Answer
    {
        Acknowledged,
        Later,
        None,
    }

    private sealed class Upload(string slug, byte[] package, bool doesNotWait)
    {
        public string Slug => slug;

        public string Path => $"/api/v1/plugins/{slug}/1.0.0";

        public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(package));

        public bool MayPass => !FaultyServer.IsDeadly(slug);

        /// <summary>The operation that the server named in its answer.</summary>
        public string? Operation { get; private set; }

        public bool WasLost { get; private set; }

        public static Upload Number(int number)
        {
            var slug = string.Create(CultureInfo.InvariantCulture, $"Flood{number:0000}");
            return new Upload(slug, TestPackages.Pack(
                ("plugin.json", JsonSerializer.Serialize(new { name = slug, version = "1.0.0", frontend = new { entry = "dist/own.js" } })),
                ("dist/own.js", $"export default '{slug}';")), number % 3 == 0);
        }

        /// <summary>Sends it, with a stop in the middle of its bytes. A registry that is busy says when to come again.</summary>
        public async Task<Answer> SendAsync(HttpClient client, Func<Task> stop)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, Path) { Content = new HaltingContent(package, stop) };
                if (doesNotWait)
                    request.Headers.Add("Prefer", "respond-async");
                using var response = await client.SendAsync(request);
                if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                {
                    await Task.Delay(response.Headers.RetryAfter.ShouldNotBeNull("a client has to know when").Delta.ShouldNotBeNull());
                    return Answer.Later;
                }

                var body = await response.Content.ReadFromJsonAsync<JsonElement>();
                ((int)response.StatusCode).ShouldBeOneOf([200, 201, 202], body.ToString());
                Operation = body.GetProperty("operation_id").GetString();
                return Answer.Acknowledged;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                WasLost = true;
                return Answer.None;
            }
        }
    }

    /// <summary>A body whose second half waits.</summary>
    private sealed class HaltingContent(byte[] bytes, Func<Task> stop) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = bytes.Length / 2;
            await stream.WriteAsync(bytes.AsMemory(0, half));
            await stream.FlushAsync();
            await stop();
            await stream.WriteAsync(bytes.AsMemory(half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
