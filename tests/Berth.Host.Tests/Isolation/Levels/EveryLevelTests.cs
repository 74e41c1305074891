using System.Net;
using System.Net.Sockets;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Container;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>What holds at each level that runs workers, tried by a program in the worker's place.</summary>
public sealed class EveryLevelTests
{
    public static TheoryData<string> Levels => [IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_level_is_there_on_this_machine(string level)
    {
        var availability = await ProbeRun.Level(level, WorkerProgram.Find).ProbeAsync(CancellationToken.None);
        availability.IsAvailable.ShouldBeTrue(availability.Reason);
        availability.Level.ShouldBe(level);
    }

    [Fact]
    public async Task Podman_runs_containers_where_it_is_chosen()
    {
        var level = new ContainerLevel(ProbeRun.Options with { ContainerEngine = "podman" }, ProbeRun.Users, ProbeRun.Groups, WorkerProgram.Find);
        var availability = await level.ProbeAsync(CancellationToken.None);
        availability.IsAvailable.ShouldBeTrue(availability.Reason);
        availability.Reason.ShouldContain("podman");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_runtime_and_an_honest_plugin_go_on_working(string level)
    {
        var launch = ProbeRun.Launch();
        var file = Path.Combine(launch.Directory, "file.txt");
        var answers = await ProbeRun.TryAsync(ProbeRun.Level(level), launch, "work", $"read {file}", "folder");
        answers["work"].ShouldBe("ok");
        answers[$"read {file}"].ShouldBe("ok");
        answers["folder"].ShouldBe("/");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task It_is_nobody_and_has_nothing_of_the_hosts(string level)
    {
        Environment.SetEnvironmentVariable("BERTH_TEST_SECRET", "1");
        var answers = await ProbeRun.TryAsync(level, "who", "environment", "status CapEff", "status CapBnd", "status NoNewPrivs", "status Seccomp", "read /etc/shadow", "read /proc/1/environ", "write /etc/berth", "write /usr/berth", "write /dev/berth", "descriptors");
        if (Environment.IsPrivilegedProcess)
        {
            var user = int.Parse(answers["who"].Split(':')[0]);
            user.ShouldBeInRange(ProbeRun.Options.FirstUserId, ProbeRun.Options.LastUserId);
            answers["who"].ShouldBe($"{user}:{user} groups 0");
        }

        answers["environment"].Split(' ').Except(["container", "HOSTNAME", "PWD", "TERM"]).ShouldBeSubsetOf(["DOTNET_EnableDiagnostics", "DOTNET_EnableWriteXorExecute", "DOTNET_GCHeapHardLimit", "HOME", "LANG", "PATH", "SSL_CERT_FILE", "TMPDIR"]);
        answers["status CapEff"].ShouldBe("0000000000000000");
        answers["status CapBnd"].ShouldBe("0000000000000000");
        answers["status NoNewPrivs"].ShouldBe("1");
        answers["status Seccomp"].ShouldBe("2");
        foreach (var refused in answers.Where(answer => answer.Key.StartsWith("read ", StringComparison.Ordinal) || answer.Key.StartsWith("write ", StringComparison.Ordinal)))
            refused.Value.ShouldNotBe("ok", refused.Key);
        answers["descriptors"].ShouldNotContain(".db");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task System_calls_that_a_plugin_has_no_business_with_are_refused(string level)
    {
        var calls = (await ProbeRun.TryAsync(level, "calls"))["calls"].Split(' ').Select(call => call.Split('=')).ToDictionary(call => call[0], call => call[1], StringComparer.Ordinal);
        calls["clone3"].ShouldBe("38");
        calls["newest"].ShouldBe("38");
        calls["socket_unix"].ShouldBe("ok");
        calls["prlimit64"].ShouldBeOneOf("1", "ok");
        // Where the worker is the first process itself, that is the one it may signal.
        calls["kill"].ShouldBeOneOf("1", "ok");
        calls["tgkill"].ShouldBeOneOf("1", "ok");
        foreach (var call in calls.Where(call => call.Key.StartsWith("socket_", StringComparison.Ordinal) && call.Key != "socket_unix"))
            call.Value.ShouldBe("97", call.Key);
        string[] others = ["clone3", "newest", "prlimit64", "kill", "tgkill"];
        foreach (var call in calls.Where(call => !call.Key.StartsWith("socket_", StringComparison.Ordinal) && !others.Contains(call.Key) && call.Value != "none"))
            call.Value.ShouldBe("1", call.Key);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task It_reaches_no_network_and_starts_no_program(string level)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connect = $"connect {listener.LocalEndpoint}";
        var answers = await ProbeRun.TryAsync(level, connect, "connect 169.254.169.254:80", "fork", "run /bin/true");
        foreach (var (attempt, answer) in answers)
            answer.ShouldNotBe("ok", attempt);
        listener.Pending().ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Its_limits_hold_and_it_survives_them(string level)
    {
        var limits = new WorkerLimits { ProcessorShare = 2, OpenFiles = 200, Processes = 60, MemoryBytes = 160L << 20, FileBytes = 8L << 20, TemporaryBytes = 16L << 20 };
        var answers = await ProbeRun.TryAsync(ProbeRun.Level(level), ProbeRun.Launch(limits), "files 400", "threads 200", "big-file 20", "managed-memory 400", "work");
        Got(answers["files 400"]).ShouldBeLessThan(200);
        if (Environment.IsPrivilegedProcess)
            Got(answers["threads 200"]).ShouldBeLessThan(60);
        Got(answers["big-file 20"]).ShouldBeLessThanOrEqualTo(8);
        Got(answers["managed-memory 400"]).ShouldBeLessThan(110);
        answers["work"].ShouldBe("ok");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task No_capability_lets_it_make_processes_of_its_own_that_would_outlive_it(string level)
    {
        var answers = await ProbeRun.TryAsync(ProbeRun.Level(level), ProbeRun.Launch(null, "process:spawn-child"), "fork", "run /bin/true", "call unshare", "call ptrace");
        answers["fork"].ShouldBe("errno 1");
        answers["run /bin/true"].ShouldContain("Exception");
        answers["call unshare"].ShouldBe("errno 1");
        answers["call ptrace"].ShouldBe("errno 1");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Nothing_is_left_when_it_was_killed(string level)
    {
        var command = await ProbeRun.Level(level).PrepareAsync(ProbeRun.Launch(), CancellationToken.None);
        using (var process = ProbeRun.Start(command, ["wait"], keepInput: true))
        {
            (await process.StandardOutput.ReadLineAsync()).ShouldBe("waiting");
            var figures = command.Figures!();
            if (Environment.IsPrivilegedProcess)
                figures.ShouldNotBeNull().MemoryBytes.ShouldBeGreaterThan(5 << 20);
            process.Kill();
            await process.WaitForExitAsync();
        }

        await command.CleanUp!();
        command.Figures!().ShouldBeNull();
        // No process of its user; the kernel may still be at it.
        if (command.UserId is { } user)
            await Eventually.BeTrueAsync(() => !Directory.EnumerateDirectories("/proc").Any(folder => IsOf(folder, user)));
    }

    private static bool IsOf(string folder, int user)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, "status")).Any(line => line.StartsWith($"Uid:\t{user}\t", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Got(string answer) => int.Parse(answer.Split(' ')[1]);
}
