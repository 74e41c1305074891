using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Microsoft.Data.Sqlite;

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
        // A first start makes the schema.
        using (await ServerProcess.StartAsync(folder))
        {
        }

        Fill(Path.Combine(folder, "berth.db"), count);
        var bed = new SearchBed(await ServerProcess.StartAsync(folder), count);
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

    private static void Fill(string file, int count)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var package = Command("INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at) VALUES (@slug, @folded, @owner, @trust, @at, @at)", "slug", "folded", "owner", "trust", "at");
        using var version = Command("INSERT INTO package_version (slug, version, digest, size, unpacked_size, file_count, manifest, published_by, published_at) VALUES (@slug, '1.0.0', @digest, 1000, 1000, 2, @manifest, @owner, @at)", "slug", "digest", "manifest", "owner", "at");
        using var downloads = Command("INSERT INTO download_daily (slug, version, day, count) VALUES (@slug, '1.0.0', '2026-11-20', @count)", "slug", "count");
        var random = new Random(10);
        for (var i = 0; i < count; i++)
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
            Run(package, slug, slug.ToLowerInvariant(), "0123456789abcdef0123456789abcdef", i % 9 == 0 ? "verified" : "community", 1_790_000_000_000 + i);
            Run(version, slug, i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), manifest, "0123456789abcdef0123456789abcdef", 1_790_000_000_000 + i);
            if (i % 3 == 0)
                Run(downloads, slug, random.Next(1, 10_000));
        }

        transaction.Commit();

        SqliteCommand Command(string sql, params string[] names)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in names)
                command.Parameters.Add(new SqliteParameter("@" + name, null));
            return command;
        }

        static void Run(SqliteCommand command, params object[] values)
        {
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }
    }
}
