using Berth.Host.Isolation;
using Berth.Host.Isolation.Vm;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Beds;

/// <summary>The level vm without its sandbox: Node as it is started there, so that what is tested is the runner.</summary>
internal sealed class BareVmLevel : IWorkerLevel
{
    private readonly Lazy<Task<NodeProgram>> _node = new(() => NodeProgram.FindAsync(null, CancellationToken.None));

    public string Name => IsolationLevels.Vm;

    /// <summary>Changes the limits of a launch.</summary>
    public Func<WorkerLimits, WorkerLimits> Limits { get; set; } = limits => limits;

    public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new IsolationAvailability(Name, IsAvailable: true, "a bare runner for tests"));

    public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
    {
        var node = await _node.Value;
        return new WorkerCommand { File = node.File, Arguments = VmRunner.Arguments(node, launch with { Limits = Limits(launch.Limits) }) };
    }
}
