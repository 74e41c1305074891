using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Berth.Bench.Results;
using Berth.Packaging.Scanning;

namespace Berth.Bench.Benchmarks;

/// <summary>How fast the scanners look at files, on one thread, in this process; the same bytes hashed are the peer.</summary>
internal sealed class ScanBenchmark : IBenchmark
{
    private const string Function =
        """
        function render_{0}(props, state) {{
          const items = props.items.filter((item) => item.id !== {0} && item.visible).map((item, index) => ({{ ...item, index, label: `#${{index}} ${{item.name}}` }}));
          if (!items.length) return h("p", {{ className: "empty-{0}" }}, "Nothing here yet", state.error ? String(state.error) : null);
          for (const item of items) {{ switch (item.kind) {{ case "note": state.count++; break; default: state.other = (state.other ?? 0) + 1; }} }}
          return h("ul", {{ onClick: (event) => props.onSelect(event.target.dataset.id, {0}) }}, items.map((item) => h("li", {{ key: item.id, "data-id": item.id }}, item.label)));
        }}

        """;

    public Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var script = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1500).Select(i => Function.Replace("{0}", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal))));
        var assembly = File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "System.Linq.Expressions.dll"));
        var cache = new ScanCache();
        return Task.FromResult<IReadOnlyList<BenchResult>>(
        [
            Measure(run, "scan-js", $"all file scanners on {script.Length / 1e6:0.0} MB of JavaScript", "dist/index.js", script, ScanRules.BuiltIn),
            Measure(run, "scan-il", $"all file scanners on an assembly of {assembly.Length / 1e6:0.0} MB", "lib/net10.0/X.dll", assembly, ScanRules.BuiltIn),
            Measure(run, "scan-again", "the same JavaScript, known from the version before", "dist/index.js", script, ScanRules.BuiltIn with { Cache = cache }),
        ]);
    }

    private static BenchResult Measure(BenchRun run, string id, string work, string path, byte[] bytes, ScanRules rules)
    {
        var pairs = new Pairs();
        Speed(bytes, run.WarmUp / 4, () => PackageScan.File(path, bytes, rules));
        for (var round = 0; round < run.Rounds; round++)
        {
            pairs.Add(
                new Round(Speed(bytes, run.RoundTime, () => PackageScan.File(path, bytes, rules))),
                new Round(Speed(bytes, run.RoundTime / 4, () => System.Security.Cryptography.SHA256.HashData(bytes))));
        }

        return BenchResult.Of(id, work, "MB/s", pairs, "SHA-256 of the same bytes", goal: null);
    }

    private static double Speed(byte[] bytes, TimeSpan time, Action work)
    {
        var count = 0;
        var begun = Stopwatch.GetTimestamp();
        do
        {
            work();
            count++;
        }
        while (Stopwatch.GetElapsedTime(begun) < time);
        return bytes.Length * (double)count / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1e6;
    }
}
