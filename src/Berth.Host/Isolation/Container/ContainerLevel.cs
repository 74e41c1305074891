using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>
/// Level <c>container</c>: the same worker and the same files in sight as in the sandbox, run by a container engine: runc where
/// the host is root, otherwise podman.
/// </summary>
internal sealed class ContainerLevel(IsolationOptions options, WorkerUserIds users, ControlGroups groups, Func<WorkerProgram> program) : IWorkerLevel
{
    private static readonly SemaphoreSlim Sweeping = new(1, 1);
    private IContainerEngine? _engine;

    public string Name => IsolationLevels.Container;

    public async ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return LevelProbe.OnlyOnLinux(Name);
        var engines = Engines().ToArray();
        if (engines.Length == 0)
        {
            if (options.ContainerEngine == "runc" && !Environment.IsPrivilegedProcess)
                return new IsolationAvailability(Name, false, "runc needs a host that is root.", "Use podman (BERTH_CONTAINER_ENGINE), or run the host as root.");
            return Environment.IsPrivilegedProcess
                ? new IsolationAvailability(Name, false, "Neither runc nor podman is installed.", "Install one, for example with: apt-get install runc.")
                : new IsolationAvailability(Name, false, "podman is not installed; runc needs a host that is root.", "Install it, for example with: apt-get install podman.");
        }

        List<string> reasons = [];
        string? remedy = null;
        foreach (var engine in engines)
        {
            if (Tools.Obstacle(engine.Program) is var (obstacle, mend))
            {
                reasons.Add($"{engine.Name}: {obstacle}");
                remedy ??= mend;
                continue;
            }

            _engine = engine;
            IReadOnlyList<string>? unlimited = null;
            if (await LevelProbe.RunAsync(this, options.ProbeTime, started => (unlimited = started.Unlimited!()) is not null, cancellationToken) is not ProbeOutcome.Failed failed)
            {
                await SweepAsync(engine);
                // A limit that nobody has seen is none.
                unlimited ??= ControlGroupLayout.Controllers;
                return new IsolationAvailability(Name, true, $"Containers made by {engine.Name}.")
                {
                    Unlimited = groups.Unlimited(areProcessesCounted: Environment.IsPrivilegedProcess, unlimited),
                    Gaps = await engine.GapsAsync(unlimited),
                };
            }

            reasons.Add($"{engine.Name}: {failed.Reason}");
            remedy ??= failed.Remedy;
        }

        _engine = null;
        return new IsolationAvailability(
            Name, false, $"No container can be started. {string.Join(" ", reasons)}",
            remedy ?? "Try by hand with the engine's own run command. In a container, a host often may not make containers: use the level 'sandbox' there.");
    }

    public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
    {
        var worker = program();
        var engine = _engine ??= Engines().FirstOrDefault()
            ?? throw new WorkerStartException("No container engine is installed. Install runc or podman, or use the level 'sandbox'.");
        var leave = new LeaveNothing();
        try
        {
            var user = Environment.IsPrivilegedProcess ? leave.Add(users.Take()) : null;
            if (user is not null)
                ReadableToOthers.Demand([worker.Folder, worker.Runtime.Folder, launch.Directory, .. launch.Readable]);
            var isConfined = engine.LeavesFoldersOpen && FileConfinement.IsGiven;
            var confined = isConfined ? FileConfinement.Arguments(worker, [launch.Directory, .. launch.Readable], "/tmp") : [];
            var plan = new ContainerPlan
            {
                Name = HostProcess.NewName(),
                Folder = BundleFolder(),
                Launch = launch,
                UserId = user?.Value ?? 0,
                Visible = [.. SystemFiles.For(worker).Append(launch.Directory).Concat(launch.Readable).Concat(launch.Sockets).Distinct(StringComparer.Ordinal)],
                Environment = WorkerEnvironment.Make(launch.Limits, "/tmp"),
                Command = [.. worker.Command, .. confined, .. launch.Arguments],
            };
            Directory.CreateDirectory(Path.Combine(plan.Folder, "root"));
            leave.AddFolder(plan.Folder);
            leave.Add(async () => await engine.RemoveAsync(plan.Name));
            return new WorkerCommand
            {
                File = LaunchScript.Shell,
                Arguments = LaunchScript.Arguments([], await engine.RunAsync(plan)),
                Environment = EngineEnvironment(),
                Hardening = WorkerHardenings.For(launch, hasOwnUser: user is not null) with { ConfinedFiles = isConfined },
                UserId = user?.Value,
                Figures = engine.Figures(plan, groups),
                Unlimited = engine.Unlimited(plan, groups),
                CleanUp = leave.RunAsync,
            };
        }
        catch
        {
            await leave.RunAsync();
            throw;
        }
    }

    /// <summary>The engine's own environment; the worker's is in the plan.</summary>
    private static Dictionary<string, string> EngineEnvironment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };
        foreach (var name in (string[])["HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"])
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                environment[name] = value;
        }

        return environment;
    }

    private string BundleFolder() => Path.Combine(RunFolder.Inner(options.RunDirectory, "bundles"), HostProcess.NewName());

    private IEnumerable<IContainerEngine> Engines() =>
        Installed().Where(engine => options.ContainerEngine is not { } wanted || string.Equals(engine.Name, wanted, StringComparison.Ordinal));

    private IEnumerable<IContainerEngine> Installed()
    {
        if (Environment.IsPrivilegedProcess && Tools.Find("runc") is { } runc)
            yield return new RuncEngine(runc, RunFolder.Inner(options.RunDirectory, "runc"));
        if (Tools.Find("podman") is { } podman)
        {
            // Without systemd there is nobody who makes control groups for podman; crun refuses machines with both versions of them.
            IReadOnlyList<string> global = Directory.Exists("/run/systemd/system") ? [] : ["--cgroup-manager", "cgroupfs"];
            yield return new PodmanEngine(podman, Tools.Find("runc") is { } runtime && Tools.Obstacle(runtime) is null ? [.. global, "--runtime", runtime] : global);
        }
    }

    /// <summary>Takes away what hosts left that were killed: containers and their folders.</summary>
    private async Task SweepAsync(IContainerEngine engine)
    {
        await Sweeping.WaitAsync();
        try
        {
            foreach (var name in (await engine.ListAsync()).Where(HostProcess.IsOfDeadHost))
                await engine.RemoveAsync(name);
            foreach (var folder in Directory.EnumerateDirectories(RunFolder.Inner(options.RunDirectory, "bundles")).Where(folder => HostProcess.IsOfDeadHost(Path.GetFileName(folder))))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else sweeps at the same time, or the next start does.
        }
        finally
        {
            Sweeping.Release();
        }
    }
}
