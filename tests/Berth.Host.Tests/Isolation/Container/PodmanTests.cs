using Berth.Host.Isolation;
using Berth.Host.Isolation.Container;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Isolation.Levels;
using Berth.Worker.Protocol;

namespace Berth.Host.Tests.Isolation.Container;

/// <summary>Containers made by podman, which is the engine of a host that is not root: what holds in those of runc holds in them.</summary>
public sealed class PodmanTests
{
    private static readonly WorkerLimits Tight = new() { ProcessorShare = 2, OpenFiles = 200, Processes = 60, MemoryBytes = 160L << 20, TemporaryBytes = 8L << 20 };

    [Fact]
    public async Task A_worker_is_nobody_sees_nothing_of_the_machines_and_is_kept_to_its_limits()
    {
        var launch = ProbeRun.Launch(Tight);
        var answers = await ProbeRun.TryAsync(
            Level("podman"), launch,
            "work", "who", "status CapEff", "status CapBnd", "status NoNewPrivs", "status Seccomp", "processes", "interfaces", "exists /etc/passwd", "exists /bin/sh",
            "write /etc/x", $"write {launch.Directory}/x", "write /tmp/x", "write /dev/x", "write /dev/shm/x", "write /dev/zero", "write /dev/mqueue/x", "write /dev/null", "connect 127.0.0.1:9", "fork", "call unshare", "call ptrace", "files 400", "threads 200", "big-file 20", "managed-memory 400");
        answers["work"].ShouldBe("ok");
        if (Environment.IsPrivilegedProcess)
            int.Parse(answers["who"].Split(':')[0]).ShouldBeInRange(ProbeRun.Options.FirstUserId, ProbeRun.Options.LastUserId);
        // podman counts the user's own group once more; there is no other.
        answers["who"].ShouldMatch(@"^(\d+):\1 groups [01]$");
        answers["status CapEff"].ShouldBe("0000000000000000");
        answers["status CapBnd"].ShouldBe("0000000000000000");
        answers["status NoNewPrivs"].ShouldBe("1");
        answers["status Seccomp"].ShouldBe("2");
        answers["processes"].ShouldBe("1");
        answers["interfaces"].ShouldBe("lo");
        answers["exists /etc/passwd"].ShouldBe("no");
        answers["exists /bin/sh"].ShouldBe("no");
        answers["write /tmp/x"].ShouldBe("ok");
        foreach (var refused in (string[])["write /etc/x", $"write {launch.Directory}/x", "write /dev/x", "write /dev/shm/x", "write /dev/zero", "write /dev/mqueue/x", "connect 127.0.0.1:9", "fork"])
            answers[refused].ShouldNotBe("ok", refused);
        answers["call unshare"].ShouldBe("errno 1");
        answers["call ptrace"].ShouldBe("errno 1");
        Got(answers["files 400"]).ShouldBeLessThan(200);
        Got(answers["threads 200"]).ShouldBeLessThan(60);
        Got(answers["big-file 20"]).ShouldBeLessThanOrEqualTo(8);
        Got(answers["managed-memory 400"]).ShouldBeLessThan(110);
    }

    [Fact]
    public async Task Little_is_in_a_container_also_where_the_kernel_has_no_Landlock_to_close_it()
    {
        var launch = ProbeRun.Launch(Tight);
        var around = Path.GetDirectoryName(launch.Directory)!;
        ProbeRun.Open("other-plugin");
        var answers = await ProbeRun.TryAsync(new Unconfined(Level("podman")), launch, "list /", $"list {around}", "write /etc/x", $"write {launch.Directory}/x");
        answers["list /"].Split(' ').ShouldBeSubsetOf(["/dev", "/etc", "/lib", "/lib64", "/proc", "/tmp", "/usr", "/" + around.Split('/')[1], "/run", "/sys"]);
        answers[$"list {around}"].ShouldNotContain("other-plugin");
        answers["write /etc/x"].ShouldNotBe("ok");
        answers[$"write {launch.Directory}/x"].ShouldNotBe("ok");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("podman")]
    public async Task The_engines_own_filter_holds_also_where_the_worker_puts_none_over_itself(string engine)
    {
        var answers = await ProbeRun.TryAsync(
            new Unhardened(Level(engine)), ProbeRun.Launch(), "status Seccomp", "status Seccomp_filters", "call unshare", "call ptrace", "call keyctl", "call io_uring_setup", "call userfaultfd", "call bpf", "call perf_event_open");
        answers["status Seccomp"].ShouldBe("2");
        answers["status Seccomp_filters"].ShouldBe("1");
        foreach (var call in answers.Where(answer => answer.Key.StartsWith("call ", StringComparison.Ordinal)))
            call.Value.ShouldBe("errno 1", call.Key);
    }

    [Fact]
    public async Task The_kernel_counts_what_a_worker_uses_until_it_has_ended_and_nothing_is_left_of_it()
    {
        var command = await Level("podman").PrepareAsync(ProbeRun.Launch(), CancellationToken.None);
        command.Figures!().ShouldBeNull("it has not started");
        using (var process = ProbeRun.Start(command, ["wait"], keepInput: true))
        {
            (await process.StandardOutput.ReadLineAsync()).ShouldBe("waiting");
            var figures = command.Figures!().ShouldNotBeNull();
            figures.MemoryBytes.ShouldBeInRange(5L << 20, 500L << 20);
            figures.ProcessorTime.ShouldBeGreaterThan(TimeSpan.Zero);
            process.Kill();
            await process.WaitForExitAsync();
        }

        await command.CleanUp!();
        command.Figures!().ShouldBeNull();
    }

    [Fact]
    public async Task A_limit_that_no_container_has_here_is_told_and_none_that_holds()
    {
        var availability = await Level("podman").ProbeAsync(CancellationToken.None);
        availability.IsAvailable.ShouldBeTrue(availability.Reason);
        if (Environment.IsPrivilegedProcess && ProbeRun.Groups.Gaps.Count == 0)
            availability.Gaps.ShouldNotContain(gap => gap.Contains("no control group", StringComparison.Ordinal));
        var command = await Level("podman").PrepareAsync(ProbeRun.Launch(), CancellationToken.None);
        using (var process = ProbeRun.Start(command, ["wait"], keepInput: true))
        {
            (await process.StandardOutput.ReadLineAsync()).ShouldBe("waiting");
            foreach (var controller in command.Unlimited!().ShouldNotBeNull())
                availability.Gaps.ShouldContain(gap => gap.Contains($"no control group for '{controller}'", StringComparison.Ordinal));
            process.Kill();
            await process.WaitForExitAsync();
        }

        await command.CleanUp!();
    }

    [Fact]
    public async Task What_podman_does_not_limit_is_told_in_the_words_of_the_other_levels()
    {
        var gaps = await new PodmanEngine("/usr/bin/podman", []).GapsAsync(["memory", "cpu", "pids"]);
        gaps.ShouldContain(gap => gap.StartsWith("The memory of a worker is limited by its managed heap and its private data only: podman gives its containers no control group for 'memory' here. ", StringComparison.Ordinal));
        gaps.ShouldContain(gap => gap.StartsWith("The processor time of a worker is not limited: ", StringComparison.Ordinal));
        gaps.ShouldContain(gap => gap.StartsWith("The processes of a worker are limited by its user's limit only: ", StringComparison.Ordinal));
        (await new PodmanEngine("/usr/bin/podman", []).GapsAsync([])).Where(gap => FileConfinement.IsGiven || !gap.Contains("no Landlock", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("want of memory");
    }

    private static ContainerLevel Level(string engine) => new(ProbeRun.Options with { ContainerEngine = engine }, ProbeRun.Users, ProbeRun.Groups, ProbeRun.Program);

    private static int Got(string answer) => int.Parse(answer.Split(' ')[1]);

    /// <summary>A level whose workers close no files, as on a kernel without Landlock.</summary>
    private sealed class Unconfined(IWorkerLevel level) : IWorkerLevel
    {
        public string Name => level.Name;

        public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) => level.ProbeAsync(cancellationToken);

        public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
        {
            var command = await level.PrepareAsync(launch, cancellationToken);
            List<string> arguments = [.. command.Arguments];
            if (arguments.IndexOf(ConfinementArguments.First) is >= 0 and var first)
                arguments.RemoveRange(first, arguments.IndexOf(ConfinementArguments.End, first) - first + 1);
            return command with { Arguments = arguments, Hardening = command.Hardening with { ConfinedFiles = false } };
        }
    }

    /// <summary>A level whose workers take nothing from themselves.</summary>
    private sealed class Unhardened(IWorkerLevel level) : IWorkerLevel
    {
        public string Name => level.Name;

        public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) => level.ProbeAsync(cancellationToken);

        public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken) =>
            await level.PrepareAsync(launch, cancellationToken) with { Hardening = new() };
    }
}
