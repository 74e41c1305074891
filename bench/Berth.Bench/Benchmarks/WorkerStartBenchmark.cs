using System.Diagnostics;
using Berth.Bench.Material;
using Berth.Bench.Results;
using Berth.Host;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Bench.Benchmarks;

/// <summary>How long a plugin's first answer takes at each isolation level, beside a worker without any isolation: the same one, and at <c>vm</c>, which runs no .NET, the one of .NET.</summary>
internal sealed class WorkerStartBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var rounds = run.IsQuick ? 5 : 20;
        var versions = new VersionFolders(run.NewFolder("starts"));
        var id = versions.Create(1)[0];
        var script = versions.CreateScript();
        await using var bare = WorkerBed.Create(versions, IsolationLevels.Process, services => services.RemoveAll<IWorkerLevel>().AddSingleton<IWorkerLevel, NoIsolation>());
        var results = new List<BenchResult>();
        foreach (var level in (string[])[IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container, IsolationLevels.Vm])
        {
            var (measured, peer) = level == IsolationLevels.Vm ? (script, "a .NET worker without isolation; here Node runs JavaScript") : (id, "the same worker without isolation");
            await using var bed = WorkerBed.Create(versions, level);
            if (bed.Levels.Of(level) is { IsAvailable: false } missing)
            {
                results.Add(new BenchResult { Id = $"workers-{level}", Work = "not measured", Unit = "-", Note = missing.Reason });
                continue;
            }

            await StartAsync(bed, measured);
            await StartAsync(bare, id);
            var pairs = await Pairs.RunAsync(rounds, () => StartAsync(bed, measured), () => StartAsync(bare, id));
            results.Add(BenchResult.Of(
                $"workers-{level}", $"from nothing to the first answer of a plugin, level {level}", "ms", pairs, peer, null,
                level == IsolationLevels.Process ? $"With a spare worker, where there is one: {(await WarmAsync(bed, id, rounds)):0} ms." : null));
        }

        return results;
    }

    // Without a spare: those are measured by themselves.
    private static async Task<Round> StartAsync(PoolBed bed, PluginVersionId id)
    {
        await bed.DropSparesAsync();
        var start = Stopwatch.GetTimestamp();
        await bed.LoadAndCallAsync(id);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await bed.Pool.UnloadAsync(id);
        return new Round(time);
    }

    private static async Task<double> WarmAsync(PoolBed bed, PluginVersionId id, int rounds)
    {
        var times = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            await bed.SettledAsync();
            var start = Stopwatch.GetTimestamp();
            await bed.LoadAndCallAsync(id);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await bed.Pool.UnloadAsync(id);
        }

        return Figures.Median(times);
    }

    private sealed class NoIsolation(Func<WorkerProgram> program) : IWorkerLevel
    {
        public string Name => IsolationLevels.Process;

        public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new IsolationAvailability(Name, IsAvailable: true, "no isolation"));

        public ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
        {
            var command = program().Command;
            return ValueTask.FromResult(new WorkerCommand { File = command[0], Arguments = [.. command.Skip(1)], Environment = WorkerEnvironment.Make(launch.Limits, "/tmp") });
        }
    }
}
