using System.Globalization;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>podman, with a root of our own instead of an image: nothing is pulled.</summary>
/// <param name="program">Where it is.</param>
/// <param name="global">Options before its command.</param>
internal sealed class PodmanEngine(string program, IReadOnlyList<string> global) : IContainerEngine
{
    public string Name => "podman";

    public string Program => program;

    // /dev, /dev/shm and /dev/mqueue in memory, and /dev/zero, which a runtime without root mounts over what we put there.
    public bool LeavesFoldersOpen => true;

    public ValueTask<IReadOnlyList<string>> GapsAsync(IReadOnlyList<string> unlimited) => ValueTask.FromResult<IReadOnlyList<string>>(
    [
        "With podman, a worker that the kernel ended for want of memory is told as such only where podman's monitor leaves a note of it in the folder that it was started in (conmon 2.1.6 does); elsewhere it is told as ended by a signal.",
        .. FileConfinement.IsGiven ? (string[])[] : ["This kernel offers no Landlock (Linux 5.13 or newer has it), so a worker can fill the folders in memory that podman gives each container (/dev, /dev/shm; 64 MB each), and memory that is mapped from /dev/zero has no limit but that of the control group."],
        .. ControlGroups.GapsOf(unlimited, controller => $"podman gives its containers no control group for '{controller}' here. {Remedy(Environment.IsPrivilegedProcess)}"),
    ]);

    public ValueTask<IReadOnlyList<string>> RunAsync(ContainerPlan plan)
    {
        File.WriteAllText(FilterFile(plan), PodmanFilter.Make().ToJsonString());
        var limits = plan.Launch.Limits;
        List<string> arguments =
        [
            program, .. global, "run", "--rm", "--interactive", "--name", plan.Name, "--pull", "never", "--log-driver", "none", "--preserve-fds", EngineCommand.PreservedDescriptors,
            "--read-only", "--read-only-tmpfs=false", "--network", "none", "--no-hosts", "--hostname", "berth-worker", "--cap-drop", "all", "--security-opt", "no-new-privileges",
            "--security-opt", $"seccomp={FilterFile(plan)}", "--cidfile", PodmanFigures.IdFile(plan.Folder), "--pidfile", PodmanFigures.ProcessFile(plan.Folder),
            "--pids-limit", Text(limits.Processes), "--memory", $"{Text(limits.MemoryBytes + limits.TemporaryBytes)}b",
            "--cpus", limits.ProcessorShare.ToString("0.##", CultureInfo.InvariantCulture), "--ulimit", "core=0:0", "--ulimit", $"nofile={Text(limits.OpenFiles)}:{Text(limits.OpenFiles)}", "--workdir", "/", "--passwd=false", "--env-host=false", "--unsetenv-all",
            "--tmpfs", $"/tmp:rw,nosuid,nodev,noexec,mode=1777,size={Text(limits.TemporaryBytes)}",
        ];
        // Only a user of its own can have a limit that counts the worker alone.
        if (plan.UserId != 0)
            arguments.AddRange(["--user", $"{Text(plan.UserId)}:{Text(plan.UserId)}", "--ulimit", $"nproc={Text(limits.Processes)}:{Text(limits.Processes)}"]);
        foreach (var (name, value) in plan.Environment)
            arguments.AddRange(["--env", $"{name}={value}"]);
        // A shared mapping of it is memory that counts for no limit of a process.
        arguments.AddRange(["--mount", "type=bind,source=/dev/null,destination=/dev/zero"]);
        foreach (var path in plan.Visible)
            arguments.AddRange(["--mount", $"type=bind,source={path},destination={path},readonly"]);
        return ValueTask.FromResult<IReadOnlyList<string>>([.. Guard(plan), .. arguments, "--rootfs", Path.Combine(plan.Folder, "root"), .. plan.Command]);
    }

    public Func<WorkerFigures?> Figures(ContainerPlan plan, ControlGroups groups) => new PodmanFigures(plan.Folder, groups).Read;

    public Func<IReadOnlyList<string>?> Unlimited(ContainerPlan plan, ControlGroups groups) => new PodmanFigures(plan.Folder, groups).Unlimited;

    public Task RemoveAsync(string name) => EngineCommand.RunAsync(program, Removal(name));

    public async Task<IReadOnlyList<string>> ListAsync() =>
        (await EngineCommand.RunAsync(program, [.. global, "ps", "--all", "--format", "{{.Names}}"])).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // podman never limits containers of such a user by groups of version 1, whatever is delegated.
    private static string Remedy(bool isRoot) => isRoot
        ? ControlGroups.Remedy(isRoot)
        : "Run the host as root, or on a machine with control groups of version 2 alone and with a delegated one (systemd: Delegate=yes, or a session of its user).";

    private static string FilterFile(ContainerPlan plan) => Path.Combine(plan.Folder, "seccomp.json");

    private IReadOnlyList<string> Removal(string name) => [.. global, "rm", "--force", "--ignore", "--time", "0", name];

    /// <summary>
    /// What runs a container belongs to nobody's children (conmon), so it would outlive the host. A shell stays beside it, which the
    /// kernel tells of the host's end, and takes it away, whatever the worker does. conmon says of want of memory in the folder that it was started in.
    /// </summary>
    private IReadOnlyList<string> Guard(ContainerPlan plan) =>
    [
        Tools.Get("setpriv", "util-linux"), "--pdeathsig", "TERM", "--", LaunchScript.Shell, "-c",
        $"""
        cd {Quote(plan.Folder)} || exit 1
        trap {Quote($"{string.Join(' ', Removal(plan.Name).Prepend(program).Select(Quote))} >/dev/null 2>&1; exit 137")} TERM
        exec 9<&0
        "$@" <&9 9<&- &
        wait $!
        """,
        "berth-podman",
    ];

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
