using System.Runtime.InteropServices;
using Berth.Bench;
using Berth.Bench.Benchmarks;
using Berth.Bench.Peers;
using Berth.Bench.Results;

var benchmarks = new SortedDictionary<string, Func<IBenchmark>>(StringComparer.OrdinalIgnoreCase)
{
    ["b1"] = () => new FileBenchmark(),
    ["b2"] = () => new ConditionalFileBenchmark(),
    ["b3"] = () => new DownloadBenchmark(),
    ["b4"] = () => new PublishBenchmark(),
    ["b5"] = () => new InstallBenchmark(),
    ["b5-million"] = () => new MillionInstallsBenchmark(),
    ["b6"] = () => new SharingBenchmark(),
    ["b6-million"] = () => new MillionUsersBenchmark(),
    ["b7"] = () => new LoadBenchmark(),
    ["b7-shapes"] = () => new ShapesBenchmark(),
    ["b8"] = () => new CallBenchmark(),
    ["b8-process"] = () => new WorkerCallBenchmark(),
    ["b9"] = () => new CycleBenchmark(),
    ["b9-crashes"] = () => new CrashBenchmark(),
    ["b9-reload"] = () => new ReloadBenchmark(),
    ["b10"] = () => new SearchBenchmark(),
    ["b10-database"] = () => new DatabaseSearchBenchmark(),
    ["b12"] = () => new MemoryBenchmark(),
    ["b13"] = () => new KillBenchmark(),
    ["b13-crash"] = () => new RestartBenchmark(),
    ["b14"] = () => new VariantBenchmark(),
    ["scan"] = () => new ScanBenchmark(),
    ["workers"] = () => new WorkerStartBenchmark(),
    ["workers-memory"] = () => new WorkerMemoryBenchmark(),
};
var isQuick = args.Contains("--quick");
var isLong = args.Contains("--long");
var names = args.Where(arg => arg is not ("--quick" or "--long")).ToList();
if (names.Find(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. usage: ./bench.sh [--quick] [--long] [{string.Join('|', benchmarks.Keys)} …]");
    return 2;
}

using var run = new BenchRun(Path.Combine(BenchRun.Root, "artifacts", "bench", $"{Environment.ProcessId}"), isQuick);
// Nothing that was started outlives the run, however it ends.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);

var results = new List<BenchResult>();
// Those that prepare for minutes and need gigabytes run when they are named or asked for.
foreach (var name in names.Count > 0 ? names : benchmarks.Keys.Where(name => isLong || !name.EndsWith("-million", StringComparison.Ordinal)))
{
    BenchRun.Say($"{name} …");
    try
    {
        results.AddRange(await benchmarks[name]().RunAsync(run));
    }
    catch (PeerMissingException exception)
    {
        results.Add(new BenchResult { Id = name, Work = "not measured", Unit = "-", Note = exception.Message });
    }
    catch (Exception exception)
    {
        BenchRun.Say(exception.ToString());
        results.Add(new BenchResult { Id = name, Work = "failed", Unit = "-", Note = exception.Message.ReplaceLineEndings(" "), Failed = true });
    }
    finally
    {
        ChildProcess.EndAll();
    }
}

var date = DateTimeOffset.UtcNow;
var folder = Directory.CreateDirectory(Path.Combine(BenchRun.Root, "bench", "results")).FullName;
await File.WriteAllTextAsync(Path.Combine(folder, "latest.json"), Report.ToJson(results, date));
await File.WriteAllTextAsync(Path.Combine(folder, "latest.md"), Report.ToMarkdown(results, date));
Console.Write(Report.ToMarkdown(results, date));
return results.Exists(result => result.Failed) ? 1 : 0;

void Leave(PosixSignalContext signal)
{
    ChildProcess.EndAll();
    try
    {
        run.Dispose();
    }
    catch (IOException)
    {
        // The benchmark that was interrupted still writes; what it leaves is in artifacts/bench.
    }

    Environment.Exit(130);
}
