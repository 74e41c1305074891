using System.Globalization;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Sandbox;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Vm;

/// <summary>
/// Level <c>vm</c>: Node with the runner of JavaScript and WebAssembly in the same namespaces as the level <c>sandbox</c>. It sees
/// itself, its libraries, the runner and the plugin. What a .NET worker takes from itself, a system call filter and limits, is put
/// over it before it starts.
/// </summary>
internal sealed class VmLevel(HostOptions host, IsolationOptions options, WorkerUserIds users, ControlGroups groups) : IWorkerLevel
{
    // The limit of private memory: what Node maps and does not use comes on top, and below the least it does not start. Array
    // buffers run into it, and their allocation fails, before the control group ends the process.
    private const long MappedBytes = 48L << 20;
    private const long LeastDataBytes = 224L << 20;

    private readonly Lazy<Task<NodeProgram>> _node = new(() => NodeProgram.FindAsync(host.NodePath, CancellationToken.None));

    // The limits and the filter belong to whoever runs from here on; bubblewrap takes the filter by its descriptor.
    private const string Script = """
        ulimit -c 0 && ulimit -n "$2" && ulimit -d "$3" || { echo "The limits of a worker cannot be set." >&2; exit 66; }
        filter=$1
        shift 3
        exec "$@" 9< "$filter"
        """;

    public string Name => IsolationLevels.Vm;

    public async ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return LevelProbe.OnlyOnLinux(Name);
        if (Tools.Find("bwrap") is not { } bubblewrap)
            return new IsolationAvailability(Name, IsAvailable: false, "bubblewrap is not installed.", "Install it, for example with: apt-get install bubblewrap.");
        if (Tools.Obstacle(bubblewrap, isByOthers: true) is var (obstacle, remedy))
            return new IsolationAvailability(Name, IsAvailable: false, $"bubblewrap cannot be used: {obstacle}", remedy);
        NodeProgram node;
        try
        {
            node = await NodeProgram.FindAsync(host.NodePath, cancellationToken);
        }
        catch (WorkerStartException exception)
        {
            return new IsolationAvailability(Name, IsAvailable: false, exception.Message, NodeProgram.Remedy);
        }

        if (await LevelProbe.RunAsync(this, options.ProbeTime, cancellationToken) is ProbeOutcome.Failed failed)
            return new IsolationAvailability(Name, IsAvailable: false, $"Node {node.Version} does not run in the sandbox: {failed.Reason}", failed.Remedy ?? UserNamespaces.Remedy(failed.Reason));
        return new IsolationAvailability(Name, IsAvailable: true, $"Node {node.Version} in namespaces made by bubblewrap.")
        {
            Unlimited = groups.Unlimited(areProcessesCounted: false),
            Gaps =
            [
                .. Environment.IsPrivilegedProcess ? (string[])[] : ["The host is not root, so all workers and the host have one user on this machine; what keeps them apart are the namespaces."],
                .. groups.Gaps,
            ],
        };
    }

    public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
    {
        var node = await _node.Value.WaitAsync(cancellationToken);
        var bubblewrap = Tools.Get("bwrap", "bubblewrap");
        var filter = VmFilter.File(RunFolder.Passage(options.RunDirectory, "filters"));
        var leave = new LeaveNothing();
        try
        {
            var user = Environment.IsPrivilegedProcess ? leave.Add(users.Take()) : null;
            if (user is not null)
                ReadableToOthers.Demand([VmRunner.Folder, node.File, launch.Directory, .. launch.Readable]);
            var group = leave.AddGroup(groups.Create(launch.Limits.MemoryBytes + launch.Limits.TemporaryBytes, launch.Limits));
            IEnumerable<string> dropped = user is null ? [] : DroppedUser.Arguments(user.Value);
            var wrapped = BubblewrapArguments.Make(launch, [.. node.Libraries, node.File, VmRunner.Folder], VmRunner.Environment);
            string[] limited = [LaunchScript.Shell, "-c", Script, "berth-vm", filter, Number(launch.Limits.OpenFiles), Number(Math.Max(LeastDataBytes, launch.Limits.MemoryBytes + MappedBytes) / 1024)];
            return new WorkerCommand
            {
                File = LaunchScript.Shell,
                Arguments = LaunchScript.Arguments(group?.Joins ?? [], [.. dropped, .. limited, bubblewrap, "--seccomp", "9", .. wrapped, node.File, .. VmRunner.Arguments(node, launch), .. launch.Arguments]),
                Environment = VmRunner.Environment,
                UserId = user?.Value,
                Started = _ => group?.BeginStart(),
                Ready = () => group?.EndStart(),
                Figures = () => group?.Read(),
                CleanUp = leave.RunAsync,
            };
        }
        catch
        {
            leave.Run();
            throw;
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
