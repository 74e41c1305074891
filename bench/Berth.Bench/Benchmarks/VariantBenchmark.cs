using System.Text;
using System.Text.Json.Nodes;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Packaging.Archive;

namespace Berth.Bench.Benchmarks;

/// <summary>
/// How much smaller the optimised variants of real front ends are, by the registry's own preview: webpack containers in the
/// forms that authors publish them in, and ES modules. That they still run is what the tests in Chromium show.
/// </summary>
internal sealed class VariantBenchmark : IBenchmark
{
    private static readonly (string Id, string Work, string Manifest, string Dist, string Goal)[] Cases =
    [
        ("b14-webpack-eval", "webpack container, development build (eval)", "artifacts/fixtures/Postcards-1.1.0", "plugins/fixtures/Postcards/web/dist/eval", "15-60 % smaller"),
        ("b14-webpack-eval-map", "webpack container, development build with maps (eval-source-map)", "artifacts/fixtures/Postcards-1.1.0", "plugins/fixtures/Postcards/web/dist/eval-source-map", "15-60 % smaller"),
        ("b14-webpack-map", "webpack container, production build with source maps", "artifacts/fixtures/Postcards-1.1.0", "plugins/fixtures/Postcards/web/dist/source-map", "15-60 % smaller"),
        ("b14-webpack-inline", "webpack container, production build with maps inside", "artifacts/fixtures/Postcards-1.1.0", "plugins/fixtures/Postcards/web/dist/inline-source-map", "15-60 % smaller"),
        ("b14-webpack", "webpack container, production build (Notes 1.1.0)", "artifacts/plugins/Notes-1.1.0", "artifacts/plugins/Notes-1.1.0/dist", "no larger"),
        ("b14-es-pieces", "ES modules, as the compiler wrote them (Chart.js with its parts)", "artifacts/plugins/CsvCharts-1.0.0", "plugins/CsvCharts/web/node_modules/chart.js/dist", "15-60 % smaller"),
        ("b14-es", "ES module, bundled and minified (CsvCharts 1.0.0)", "artifacts/plugins/CsvCharts-1.0.0", "artifacts/plugins/CsvCharts-1.0.0/dist", "no larger"),
    ];

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        using var server = await ServerProcess.StartAsync(run.NewFolder("variants"));
        using var registry = new HttpClient { BaseAddress = server.Client.Registry };
        registry.DefaultRequestHeaders.Authorization = new("Bearer", ServerProcess.AdminToken);
        var results = new List<BenchResult>();
        foreach (var (id, work, manifest, dist, goal) in Cases)
            results.Add(await MeasureAsync(registry, id, work, Pack(id, manifest, dist), goal));
        return results;
    }

    private static async Task<BenchResult> MeasureAsync(HttpClient registry, string id, string work, byte[] package, string goal)
    {
        using var content = new ByteArrayContent(package);
        using var response = await registry.PostAsync(new Uri("/api/v1/optimize", UriKind.Relative), content);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.TryGetProperty("code", out var code) && code.GetString() == "variant.tool_missing")
            throw new PeerMissingException(answer.GetProperty("detail").GetString()!);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(answer.ToString());
        var report = answer.GetProperty("report");
        var (before, after) = (Served(report, "before"), Served(report, "after"));
        var saved = 100 * (1 - (after.Bytes / before.Bytes));
        return new BenchResult
        {
            Id = id,
            Work = work,
            Unit = "bytes served",
            Berth = new Measured(after.Bytes),
            Peer = new Measured(before.Bytes) { Name = "the author's files" },
            Ratio = after.Bytes / before.Bytes,
            Goal = goal,
            Met = goal == "no larger" ? after.Bytes <= before.Bytes : saved >= 15,
            Note = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{saved:0.0} % smaller, with brotli {100 * (1 - (after.Brotli / before.Brotli)):0.0} %, in {report.GetProperty("milliseconds").GetDouble():0} ms; {(answer.GetProperty("would_be_made").GetBoolean() ? "a variant is made" : "no variant is made")}; {Stages(report, before.Bytes)}"),
        };
    }

    /// <summary>What each stage has saved of the author's bytes.</summary>
    private static string Stages(JsonElement report, double bytes)
    {
        var was = bytes;
        var stages = new List<string>();
        foreach (var stage in report.GetProperty("stages").EnumerateArray())
        {
            var now = stage.GetProperty("served").GetProperty("bytes").GetDouble();
            if (now != was)
                stages.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stage.GetProperty("name").GetString()} {100 * (was - now) / bytes:0.0} %"));
            was = now;
        }

        return stages.Count == 0 ? "no stage saved anything" : string.Join(", ", stages);
    }

    private static (double Bytes, double Brotli) Served(JsonElement report, string when)
    {
        var served = report.GetProperty(when).GetProperty("served");
        return (served.GetProperty("bytes").GetDouble(), served.GetProperty("brotli").GetDouble());
    }

    private static byte[] Pack(string id, string manifest, string dist)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(BenchRun.Root, manifest, "plugin.json")))!.AsObject();
        json["optimization"] = new JsonObject { ["bundleOptimization"] = new JsonObject { ["enabled"] = true } };
        if (id == "b14-es-pieces")
            json["frontend"]!["entry"] = "dist/chart.js";
        json.Remove("module");
        json.Remove("type");
        var folder = Path.Combine(BenchRun.Root, dist);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".built", StringComparison.Ordinal) && !file.EndsWith(".d.ts", StringComparison.Ordinal) && !file.EndsWith(".cjs", StringComparison.Ordinal) && !file.Contains(".umd.", StringComparison.Ordinal))
            .Select(file => new PackageInput("dist/" + Path.GetRelativePath(folder, file), File.ReadAllBytes(file)));
        using var output = new MemoryStream();
        PackageWriter.Write(output, [new PackageInput("plugin.json", Encoding.UTF8.GetBytes(json.ToJsonString())), .. files]);
        return output.ToArray();
    }
}
