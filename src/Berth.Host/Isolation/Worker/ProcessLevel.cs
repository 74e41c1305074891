using Berth.Host.Isolation.Limits;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Level <c>process</c>: a worker process with a user of its own where the host is root, an environment without anything of
/// the host's, limits, the filter over its system calls, and, where the kernel has Landlock, no files but those that it needs.
/// </summary>
internal sealed class ProcessLevel(HostOptions host, IsolationOptions options, WorkerUserIds users, ControlGroups groups, WorkerRunFolder run, Func<WorkerProgram> program) : ISpareLevel
{
    private readonly TemporaryMount _mount = new(options.MountTemporaryFolders);

    public string Name => IsolationLevels.Process;

    public async ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return LevelProbe.OnlyOnLinux(Name);
        var outcome = await LevelProbe.RunAsync(this, options.ProbeTime, cancellationToken);
        if (outcome is ProbeOutcome.Failed failed)
            return new IsolationAvailability(Name, false, $"A worker process cannot be started: {failed.Reason}", failed.Remedy ?? "Look at what stands in the way, then ask again.");
        return new IsolationAvailability(
            Name, true, IsRoot ? "Worker processes, each with a user id of its own." : "Worker processes of the host's own user.")
        {
            Unlimited = groups.Unlimited(areProcessesCounted: IsRoot),
            Gaps =
            [
                .. FileConfinement.Gaps(IsRoot),
                .. await _mount.IsGivenAsync() ? (string[])[] : [$"The temporary files of a worker lie on the machine's disk and are measured every five seconds: between two looks it can have more than its limit{(DeletedFiles.CanBeSeen ? "" : ", and what it has deleted and keeps open is not seen (the host would have to be root with the right to trace processes, CAP_SYS_PTRACE)")}. The host mounts them in memory with a fixed size where it is root and may mount."],
                .. groups.Gaps,
            ],
        };
    }

    public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
    {
        DemandReadable(launch);
        return Finish(Prepare(launch.Limits, [launch.Directory, .. launch.Readable], launch.Arguments, await _mount.IsGivenAsync()), launch);
    }

    public bool CanBeSpare(WorkerLaunch launch) => !FileConfinement.IsGiven || (Versions is { } all && FileConfinement.AreIn(all, [launch.Directory, .. launch.Readable]));

    public async ValueTask<WorkerCommand> PrepareSpareAsync(WorkerLimits limits) => Prepare(limits, [], [], await _mount.IsGivenAsync());

    public WorkerCommand Complete(WorkerCommand spare, WorkerLaunch launch)
    {
        DemandReadable(launch);
        return Finish(spare, launch);
    }

    // What depends on more than the limits is said to the worker itself, and taken from it before it loads anything.
    private static WorkerCommand Finish(WorkerCommand command, WorkerLaunch launch) =>
        command with { Hardening = WorkerHardenings.For(launch, hasOwnUser: command.UserId is not null) with { ParentProcess = Environment.ProcessId, ConfinedFiles = FileConfinement.IsGiven } };

    private static void DemandReadable(WorkerLaunch launch)
    {
        if (IsRoot)
            ReadableToOthers.Demand([launch.Directory, .. launch.Readable]);
    }

    private WorkerCommand Prepare(WorkerLimits limits, IEnumerable<string> readable, IReadOnlyList<string> arguments, bool isMounted)
    {
        var worker = program();
        var leave = new LeaveNothing();
        try
        {
            var user = IsRoot ? leave.Add(users.Take()) : null;
            if (user is not null)
                ReadableToOthers.Demand([worker.Folder, worker.Runtime.Folder]);
            var temporary = user is null ? RunFolder.Inner(run.Temporary, Path.GetRandomFileName()) : RunFolder.ForUser(run.Temporary, user.Value);
            leave.AddFolder(temporary);
            // Files in a folder that is mounted lie in memory and count as such.
            var group = leave.AddGroup(groups.Create(limits.MemoryBytes + (isMounted ? limits.TemporaryBytes : 0), limits));
            IEnumerable<string> dropped = user is null ? [] : DroppedUser.Arguments(user.Value);
            IEnumerable<string> mounted = isMounted && user is not null ? TemporaryMount.Arguments(temporary, user.Value, limits.TemporaryBytes) : [];
            // The same for a worker that was a spare and for one that was not.
            IEnumerable<string> confined = FileConfinement.Arguments(worker, Versions is { } all ? readable.Append(all) : readable, temporary);
            return new WorkerCommand
            {
                File = LaunchScript.Shell,
                Arguments = LaunchScript.Arguments(group?.Joins ?? [], [.. mounted, .. dropped, .. worker.Command, .. confined, .. arguments]),
                Environment = WorkerEnvironment.Make(limits, temporary),
                UserId = user?.Value,
                Started = _ => group?.BeginStart(),
                Ready = () => group?.EndStart(),
                Figures = () => group?.Read(),
                Quota = isMounted ? null : new TemporaryQuota(temporary, limits.TemporaryBytes, user?.Value),
                CleanUp = leave.RunAsync,
            };
        }
        catch
        {
            leave.Run();
            throw;
        }
    }

    // Closed to workers, it is told by the first version that is to run, with what to do (above); and nothing that lies elsewhere waits for that.
    private string? Versions => host.VersionsDirectory is { } all && Directory.Exists(all) && (!IsRoot || ReadableToOthers.Obstacle(all) is null) ? all : null;

    private static bool IsRoot => Environment.IsPrivilegedProcess;
}
