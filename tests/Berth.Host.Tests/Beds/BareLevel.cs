using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Beds;

/// <summary>A level that isolates nothing: the worker as it is, so that what is tested is the protocol and the supervision.</summary>
internal sealed class BareLevel(string name = IsolationLevels.Process) : IWorkerLevel
{
    public static string Worker { get; } = Path.Combine(AppContext.BaseDirectory, "worker", "berth-worker.dll");

    public string Name => name;

    public Dictionary<string, string> Environment { get; } = new() { ["DOTNET_EnableDiagnostics"] = "0" };

    /// <summary>Another program in the place of the worker.</summary>
    public Func<WorkerCommand, WorkerCommand> Change { get; set; } = command => command;

    public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new IsolationAvailability(name, IsAvailable: true, "a bare worker for tests"));

    public ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Change(new WorkerCommand { File = Muxer(), Arguments = [Worker], Environment = Environment }));

    private static string Muxer() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
}
