using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Sandbox;

/// <summary>
/// Level <c>sandbox</c>: the worker in namespaces of its own, made by bubblewrap after root was given up: it sees the runtime,
/// itself and its plugin, read-only, a temporary folder of a fixed size, its own processes, and no network.
/// </summary>
internal sealed class SandboxLevel(IsolationOptions options, WorkerUserIds users, ControlGroups groups, Func<WorkerProgram> program) : IWorkerLevel
{
    // From here on a limit of processes counts within a user namespace.
    private static readonly Version CountsByNamespace = new(5, 14);

    private static bool CountsProcesses => Environment.IsPrivilegedProcess || Environment.OSVersion.Version >= CountsByNamespace;

    // Community plugins come here because such a host's 'process' keeps little from them: whoever cannot have a sandbox decides.
    private static string Otherwise => Environment.IsPrivilegedProcess ? "" :
        $" Where that cannot be: run the host as root, or let community plugins run as the host's own user, {(FileConfinement.IsGiven ? "kept from its files by the kernel's Landlock alone" : "with all that it may read and change")}, by BERTH_ISOLATION=community=process.";

    public string Name => IsolationLevels.Sandbox;

    public async ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return LevelProbe.OnlyOnLinux(Name);
        if (Tools.Find("bwrap") is not { } bubblewrap)
            return new IsolationAvailability(Name, false, "bubblewrap is not installed.", $"Install it, for example with: apt-get install bubblewrap.{Otherwise}");
        if (Tools.Obstacle(bubblewrap, isByOthers: true) is var (obstacle, remedy))
            return new IsolationAvailability(Name, false, $"bubblewrap cannot be used: {obstacle}", remedy + Otherwise);
        if (await LevelProbe.RunAsync(this, options.ProbeTime, cancellationToken) is ProbeOutcome.Failed failed)
            return new IsolationAvailability(Name, false, $"bubblewrap cannot start a worker: {failed.Reason}", (failed.Remedy ?? UserNamespaces.Remedy(failed.Reason)) + Otherwise);
        return new IsolationAvailability(Name, true, "Namespaces made by bubblewrap.")
        {
            Unlimited = groups.Unlimited(CountsProcesses),
            Gaps =
            [
                .. Environment.IsPrivilegedProcess ? (string[])[] : ["The host is not root, so all workers and the host have one user on this machine; what keeps them apart are the namespaces."],
                .. groups.Gaps,
            ],
        };
    }

    public ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
    {
        var worker = program();
        var bubblewrap = Tools.Get("bwrap", "bubblewrap");
        var leave = new LeaveNothing();
        try
        {
            var user = Environment.IsPrivilegedProcess ? leave.Add(users.Take()) : null;
            if (user is not null)
                ReadableToOthers.Demand([worker.Folder, worker.Runtime.Folder, launch.Directory, .. launch.Readable]);

            // Files in the temporary folder lie in memory and count as such.
            var group = leave.AddGroup(groups.Create(launch.Limits.MemoryBytes + launch.Limits.TemporaryBytes, launch.Limits));
            var environment = WorkerEnvironment.Make(launch.Limits, "/tmp");
            IEnumerable<string> dropped = user is null ? [] : DroppedUser.Arguments(user.Value);
            var wrapped = BubblewrapArguments.Make(launch, SystemFiles.For(worker), environment);
            return ValueTask.FromResult(new WorkerCommand
            {
                File = LaunchScript.Shell,
                Arguments = LaunchScript.Arguments(group?.Joins ?? [], [.. dropped, bubblewrap, .. wrapped, .. worker.Command, .. launch.Arguments]),
                Environment = environment,
                Hardening = WorkerHardenings.For(launch, hasOwnUser: CountsProcesses),
                UserId = user?.Value,
                Started = _ => group?.BeginStart(),
                Ready = () => group?.EndStart(),
                Figures = () => group?.Read(),
                CleanUp = leave.RunAsync,
            });
        }
        catch
        {
            leave.Run();
            throw;
        }
    }
}
