using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Data.Sessions;

namespace Berth.Bench.Benchmarks;

/// <summary>A server whose catalogue has many plugins: their rows are written directly, as publishing them would have.</summary>
internal sealed class SearchBed : IDisposable
{
    private static readonly string[] Topics = ["network", "calendar", "chart", "editor", "weather", "music", "photo", "backup", "review", "kanban", "feed", "search", "mail", "budget", "garden", "recipe", "travel", "health", "school", "invoice"];
    private static readonly string[] Kinds = ["board", "viewer", "tools", "kit", "panel", "sync", "export", "watch", "lab", "studio", "pilot", "hub", "note", "map", "flow", "desk"];
    private static readonly string[] Categories = ["charts", "text", "planning", "home", "network", "media", "data", "security"];

    private readonly ServerProcess _server;
    private readonly HttpClient _http;
    private readonly int _count;

    private SearchBed(ServerProcess server, int count)
    {
        _server = server;
        _count = count;
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, UseCookies = false }) { BaseAddress = server.Client.Registry };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.AdminToken);
    }

    public TimeSpan FirstSearch { get; private set; }

    public TimeSpan Listed { get; private set; }

    public double MegabytesOfServer => Process.GetProcessById(_server.Process.Id).WorkingSet64 / 1e6;

    public static async Task<SearchBed> StartAsync(BenchRun run, int count)
    {
        var folder = run.NewFolder($"search-{count}");
        await FillAsync(folder, "sqlite", count);
        return await StartAsync(folder, "sqlite", "auto", count);
    }

    /// <summary>Starts a server on a catalogue that was filled.</summary>
    /// <param name="engine">What answers searches.</param>
    public static async Task<SearchBed> StartAsync(string folder, string database, string engine, int count)
    {
        var bed = new SearchBed(await ServerProcess.StartAsync(folder, ("BERTH_DATABASE", database), ("BERTH_SEARCH_ENGINE", engine)), count);
        var watch = Stopwatch.StartNew();
        await bed.SearchAsync("network");
        bed.FirstSearch = watch.Elapsed;
        // The rows came without listings; publishing would have made them.
        await bed.UntilListedAsync();
        bed.Listed = watch.Elapsed;
        return bed;
    }

    /// <summary>What people type: a name, a beginning, words, words and a filter, a typing error, nothing.</summary>
    public IReadOnlyList<string> Queries(int number, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, number).Select(_ =>
        {
            var (topic, kind, plugin) = (Topics[random.Next(Topics.Length)], Kinds[random.Next(Kinds.Length)], random.Next(_count));
            return random.Next(10) switch
            {
                0 or 1 => Name(plugin).ToLowerInvariant(),
                2 => topic[..^2],
                3 or 4 => $"{topic} {kind}",
                5 => $"{kind}&category={Categories[random.Next(Categories.Length)]}",
                6 => $"{topic} word{random.Next(5_000)}",
                7 => $"word{random.Next(5_000)}&sort=popular",
                8 => string.Concat(topic.AsSpan(1, 1), topic.AsSpan(0, 1), topic.AsSpan(2)) + kind,
                _ => $"&sort={(random.Next(2) == 0 ? "popular" : "updated")}",
            };
        })];
    }

    /// <summary>Queries of one kind each, for telling what is dear.</summary>
    public IReadOnlyList<(string Kind, IReadOnlyList<string> Queries)> QueriesByKind(int number, int seed)
    {
        var random = new Random(seed);
        return
        [
            ("two words", Many(() => $"{Topic()} {Kind()}")),
            ("a word and a category", Many(() => $"{Kind()}&category={Categories[random.Next(Categories.Length)]}")),
            ("the beginning of a word", Many(() => Topic()[..^2])),
            ("a rare word", Many(() => $"word{random.Next(5_000)}")),
            ("an exact name", Many(() => Name(random.Next(_count)).ToLowerInvariant())),
            ("a typing error", Many(() => Topic() is var topic ? string.Concat(topic.AsSpan(1, 1), topic.AsSpan(0, 1), topic.AsSpan(2), "zq") : "")),
            ("a list of everything", Many(() => $"&sort={(random.Next(2) == 0 ? "popular" : "updated")}")),
            ("a list of a category", Many(() => $"&sort=popular&category={Categories[random.Next(Categories.Length)]}")),
        ];

        string Topic() => Topics[random.Next(Topics.Length)];
        string Kind() => Kinds[random.Next(Kinds.Length)];
        IReadOnlyList<string> Many(Func<string> query) => [.. Enumerable.Range(0, number).Select(_ => query())];
    }

    /// <summary>Loads the server with queries in turn, over many connections.</summary>
    public Task<Round> LoadAsync(TimeSpan time, IReadOnlyList<string> queries) => Wrk.RunAsync(
        _server.Client.Registry, time, _server.Process, new Dictionary<string, string> { ["Authorization"] = $"Bearer {ServerProcess.AdminToken}" }, [.. queries.Select(Target)]);

    /// <summary>Asks one query after another. Returns the time of each, in milliseconds.</summary>
    public async Task<IReadOnlyList<double>> EachAsync(IReadOnlyList<string> queries)
    {
        var times = new double[queries.Count];
        for (var i = 0; i < times.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await SearchAsync(queries[i]);
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        return times;
    }

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
    }

    private async Task SearchAsync(string query)
    {
        using var response = await _http.GetAsync(Target(query));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode || bytes.Length < 50)
            throw new InvalidOperationException($"A search failed: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
    }

    private static string Target(string query) => $"/api/v1/plugins?limit=10&q={query.Replace(" ", "%20", StringComparison.Ordinal)}";

    private async Task UntilListedAsync()
    {
        while (true)
        {
            using var found = JsonDocument.Parse(await _http.GetByteArrayAsync("/api/v1/plugins?limit=1"));
            if (found.RootElement.GetProperty("total_count").GetInt32() == _count)
                return;
            await Task.Delay(100);
        }
    }

    private static string Name(int i) => $"{Topics[i % Topics.Length]}-{Kinds[i / Topics.Length % Kinds.Length]}-{i}";

    /// <summary>Writes the rows of so many plugins into an empty database.</summary>
    public static async Task FillAsync(string folder, string connection, int count)
    {
        await using var database = await Databases.OpenAsync(connection, folder);
        var random = new Random(10);
        foreach (var piece in Enumerable.Range(0, count).Chunk(5_000))
        {
            // Made before the transaction, which may be run again.
            var rows = piece.Select(i => Row(i, random)).ToList();
            await database.WriteAsync(async session =>
            {
                foreach (var row in rows)
                {
                    await session.ExecuteAsync("INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at) VALUES (@Slug, @Folded, @Owner, @Trust, @At, @At)", row);
                    await session.ExecuteAsync(
                        """
                        INSERT INTO package_version (slug, version, digest, size, unpacked_size, file_count, manifest, published_by, published_at)
                        VALUES (@Slug, '1.0.0', @Digest, 1000, 1000, 2, @Manifest, @Owner, @At)
                        """, row);
                    if (row.Downloads > 0)
                        await session.ExecuteAsync("INSERT INTO download_daily (slug, version, day, count) VALUES (@Slug, '1.0.0', '2026-11-20', @Downloads)", row);
                }

                return true;
            });
        }
    }

    private static PluginRow Row(int i, Random random)
    {
        var slug = Name(i);
        var manifest = JsonSerializer.Serialize(new
        {
            name = slug,
            version = "1.0.0",
            displayName = $"{Topics[i % Topics.Length]} {Kinds[i / Topics.Length % Kinds.Length]} {i}",
            description = string.Join(' ', Enumerable.Range(0, 20).Select(_ => $"word{random.Next(5_000)}")),
            category = Categories[random.Next(Categories.Length)],
            keywords = new[] { Topics[random.Next(Topics.Length)], Kinds[random.Next(Kinds.Length)] },
            frontend = new { entry = "dist/remoteEntry.js" },
        });
        return new PluginRow(
            slug, slug.ToLowerInvariant(), "0123456789abcdef0123456789abcdef", i % 9 == 0 ? "verified" : "community", 1_790_000_000_000 + i,
            i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), manifest, i % 3 == 0 ? random.Next(1, 10_000) : 0);
    }

    private sealed record PluginRow(string Slug, string Folded, string Owner, string Trust, long At, string Digest, string Manifest, long Downloads);
}
