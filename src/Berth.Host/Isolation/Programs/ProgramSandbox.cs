using System.Globalization;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Vm;
using Berth.Host.Isolation.Worker;
using Berth.Host.Offers;

namespace Berth.Host.Isolation.Programs;

/// <summary>
/// The command that runs an offered program in namespaces of its own, made by bubblewrap after root was given up: of the machine it sees the
/// folders with programs and libraries, read-only, and a temporary folder of a fixed size; no network, no data, no process but its own.
/// </summary>
internal sealed class ProgramSandbox(IsolationOptions options, WorkerUserIds users, ControlGroups groups, IIsolationLevels levels)
{
    /// <summary>The descriptor that the filter of system calls has in the command.</summary>
    public const int FilterDescriptor = 3;

    // From here on a limit of processes counts within a user namespace.
    private static readonly Version CountsByNamespace = new(5, 14);

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["HOME"] = "/tmp",
        ["LANG"] = "C.UTF-8",
        ["PATH"] = "/usr/bin:/bin",
        ["TMPDIR"] = "/tmp",
    };

    // Links into /usr on most machines, folders on some.
    private static readonly string[] Top = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];

    /// <summary>Of /etc, which holds secrets: what programs are found, linked and told the time with.</summary>
    private static readonly string[] Settings = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts"];

    /// <summary>Makes the command.</summary>
    /// <exception cref="InvalidOperationException">The machine gives no sandbox.</exception>
    /// <exception cref="WorkerStartException">It gives one, and not now.</exception>
    public WorkerCommand Prepare(OfferedProgram program, IReadOnlyList<string> arguments, WorkerLimits limits)
    {
        if (levels.Of(IsolationLevels.Sandbox) is { IsAvailable: false } missing)
            throw new InvalidOperationException($"'{program.Name}' is not run: a program of the machine runs in a sandbox, which this machine does not give: {missing.Explanation} It is never run without one.");
        var leave = new LeaveNothing();
        try
        {
            var user = System.Environment.IsPrivilegedProcess ? leave.Add(users.Take()) : null;
            if (user is not null)
                ReadableToOthers.Demand([program.Path]);
            var group = leave.AddGroup(groups.Create(limits.MemoryBytes + limits.TemporaryBytes, limits));
            IEnumerable<string> dropped = user is null ? [] : DroppedUser.Arguments(user.Value);
            return new WorkerCommand
            {
                File = LaunchScript.Shell,
                Arguments = LaunchScript.Arguments(group?.Joins ?? [], [.. dropped, .. Wrapped(program, limits), .. Limited(limits, user is not null), program.Path, .. arguments]),
                Environment = Environment,
                UserId = user?.Value,
                Started = _ => group?.EndStart(),
                CleanUp = leave.RunAsync,
            };
        }
        catch
        {
            leave.Run();
            throw;
        }
    }

    /// <summary>The file with the filter.</summary>
    public string Filter() => VmFilter.ForPrograms(RunFolder.Passage(options.RunDirectory, "filters"));

    private static List<string> Wrapped(OfferedProgram program, WorkerLimits limits)
    {
        List<string> arguments =
        [
            Tools.Get("bwrap", "bubblewrap"), "--seccomp", Number(FilterDescriptor),
            "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "berth-program", "--clearenv",
        ];
        foreach (var (name, value) in Environment)
            arguments.AddRange(["--setenv", name, value]);
        // Before what is bound into it, when the program lies under /tmp.
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--size", Number(limits.TemporaryBytes), "--tmpfs", "/tmp", "--ro-bind", OfferedProgram.Machine, OfferedProgram.Machine]);
        foreach (var folder in Top.Where(Directory.Exists))
            arguments.AddRange(new DirectoryInfo(folder).LinkTarget is { } target ? ["--symlink", target, folder] : ["--ro-bind", folder, folder]);
        foreach (var path in Settings.Where(path => File.Exists(path) || Directory.Exists(path)))
            arguments.AddRange(["--ro-bind", path, path]);
        if (!Top.Append(OfferedProgram.Machine).Any(folder => OfferText.IsWithin(program.Path, folder)))
            arguments.AddRange(["--ro-bind", program.Path, program.Path]);
        arguments.AddRange(["--chdir", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/", "--"]);
        return arguments;
    }

    // Within the namespaces, where the number of processes is its own.
    private static IEnumerable<string> Limited(WorkerLimits limits, bool hasOwnUser)
    {
        var hardening = WorkerHardenings.For(
            new WorkerLaunch { Id = new PluginVersionId("Program", "0.0.0"), Directory = "/", Limits = limits }, hasOwnUser || System.Environment.OSVersion.Version >= CountsByNamespace);
        return
        [
            Tools.Get("prlimit", "util-linux"), "--core=0", $"--nofile={hardening.OpenFiles}", $"--data={hardening.DataBytes}", $"--fsize={hardening.FileBytes}",
            .. hardening.Processes is { } processes ? (string[])[$"--nproc={processes}"] : [],
            "--",
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
