using System.Globalization;
using Berth.Bench.Results;
using Npgsql;

namespace Berth.Bench.Benchmarks;

/// <summary>
/// What a search costs by the index in memory and by the database's own search, kind by kind, one request after another: on SQLite,
/// and on the PostgreSQL server that <c>BERTH_TEST_POSTGRES</c> names, if it does.
/// </summary>
internal sealed class DatabaseSearchBenchmark : IBenchmark
{
    private const int QueriesOfAKind = 40;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var results = new List<BenchResult>();
        foreach (var count in run.IsQuick ? new[] { 10_000 } : [10_000, 100_000])
        {
            var folder = run.NewFolder($"search-engines-{count}");
            await SearchBed.FillAsync(folder, "sqlite", count);
            results.Add(await MeasureAsync(folder, "sqlite", "memory", "SQLite", count));
            results.Add(await MeasureAsync(folder, "sqlite", "database", "SQLite", count));
            if (Environment.GetEnvironmentVariable("BERTH_TEST_POSTGRES") is { Length: > 0 } server)
                results.Add(await OnPostgreSqlAsync(run, server, count));
        }

        return results;
    }

    private static async Task<BenchResult> OnPostgreSqlAsync(BenchRun run, string server, int count)
    {
        var name = $"berth_bench_search_{Environment.ProcessId}";
        await using var admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = "postgres" }.ToString());
        await ExecuteAsync($"CREATE DATABASE {name}");
        try
        {
            var folder = run.NewFolder($"search-postgresql-{count}");
            var connection = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
            await SearchBed.FillAsync(folder, connection, count);
            return await MeasureAsync(folder, connection, "database", "PostgreSQL", count);
        }
        finally
        {
            await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = admin.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<BenchResult> MeasureAsync(string folder, string database, string engine, string name, int count)
    {
        using var bed = await SearchBed.StartAsync(folder, database, engine, count);
        await bed.EachAsync(bed.Queries(200, seed: 1));
        var all = new List<double>();
        var means = new List<string>();
        foreach (var (kind, queries) in bed.QueriesByKind(QueriesOfAKind, seed: 9))
        {
            var times = await bed.EachAsync(queries);
            all.AddRange(times);
            means.Add(string.Create(CultureInfo.InvariantCulture, $"{kind} {times.Average():0.0}"));
        }

        return new BenchResult
        {
            Id = $"b10-database-{engine}",
            Work = $"search among {count:#,0} plugins over HTTP on {name}, one request after another, {(engine == "memory" ? "index in memory" : "the database's own search")}: mean",
            Unit = "ms",
            Berth = new Measured(all.Average()) { P50Ms = Figures.Percentile(all, 0.5), P99Ms = Figures.Percentile(all, 0.99) },
            Note = $"Means by kind: {string.Join("; ", means)}. The server's memory: {bed.MegabytesOfServer:0} MB.",
        };
    }
}
