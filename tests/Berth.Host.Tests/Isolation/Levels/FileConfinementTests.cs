using System.Net.Sockets;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;
using Berth.Worker.Hardening;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>What of the machine's files a worker has that is kept from them by no namespace.</summary>
public sealed class FileConfinementTests
{
    [Fact]
    public async Task It_opens_its_own_files_and_its_hosts_versions_and_no_others()
    {
        if (!FileConfinement.IsGiven)
            return;
        var launch = ProbeRun.Launch();
        var other = Path.Combine(ProbeRun.Open("other-plugin"), "code");
        File.WriteAllText(other, "x");
        var shared = Directory.CreateTempSubdirectory("berth-shared-");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(shared.FullName, (UnixFileMode)0b111_111_111);
        try
        {
            string[] open = [$"read {launch.Directory}/file.txt", $"read {other}", "read /proc/self/status", "read /dev/urandom"];
            string[] closed =
            [
                "list /", "list /etc", "list /home", "read /etc/passwd", "read /etc/hosts", "read /bin/sh", "read /dev/zero", "read /dev/full", "list /tmp", "list /sys",
                $"write {shared.FullName}/x", "write /dev/shm/x", "write /var/tmp/x", $"write {launch.Directory}/x", $"write {other}", "run /bin/true", $"read /proc/{Environment.ProcessId}/environ",
            ];

            var answers = await ProbeRun.TryAsync(ProbeRun.Level(IsolationLevels.Process), launch, [.. open, .. closed, "work"]);

            foreach (var attempt in open)
                answers[attempt].ShouldBe("ok", attempt);
            foreach (var attempt in closed)
                answers[attempt].ShouldContain("Exception", Case.Sensitive, attempt);
        }
        finally
        {
            shared.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_store_that_is_closed_to_workers_keeps_the_level_from_nobody_else()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var closed = Directory.CreateDirectory(Path.Combine(ProbeRun.Open("closed"), "shared"));
        File.SetUnixFileMode(closed.Parent!.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var level = new ProcessLevel(new HostOptions { VersionsDirectory = closed.FullName }, ProbeRun.Options, ProbeRun.Users, ProbeRun.Groups, ProbeRun.Run, WorkerProgram.Find);
        var availability = await level.ProbeAsync(CancellationToken.None);
        availability.IsAvailable.ShouldBeTrue(availability.Reason);
    }

    [Fact]
    public async Task It_connects_to_no_abstract_socket_of_the_machine()
    {
        if (!Landlock.HasScopes)
            return;
        var name = $"berth-test-{Guid.NewGuid():n}";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();
        var attempt = $"connect-socket @{name}";
        (await ProbeRun.TryAsync(IsolationLevels.Process, attempt))[attempt].ShouldContain("Exception");
    }

    [Fact]
    public async Task A_worker_that_was_to_be_confined_and_is_not_runs_nothing()
    {
        if (!FileConfinement.IsGiven)
            return;
        var command = await ProbeRun.Level(IsolationLevels.Process).PrepareAsync(ProbeRun.Launch(), CancellationToken.None);
        try
        {
            var arguments = command.Arguments.ToList();
            var first = arguments.IndexOf("--confine");
            arguments.RemoveRange(first, arguments.IndexOf("--", first) + 1 - first);
            using var process = ProbeRun.Start(command with { Arguments = arguments }, ["work"], keepInput: false);
            (await process.StandardOutput.ReadToEndAsync()).ShouldBeEmpty();
            (await process.StandardError.ReadToEndAsync()).ShouldContain("the files of the machine were not closed to it");
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(66);
        }
        finally
        {
            await command.CleanUp!();
        }
    }

    [Fact]
    public void What_holds_less_on_a_machine_is_told()
    {
        var gaps = FileConfinement.Gaps(hasOwnUsers: true).ToList();
        gaps.ShouldNotContain(gap => gap.Contains("not root", StringComparison.Ordinal));
        gaps.Exists(gap => gap.Contains("readable to everybody", StringComparison.Ordinal)).ShouldBe(!FileConfinement.IsGiven);
        gaps.Exists(gap => gap.Contains("abstract", StringComparison.Ordinal)).ShouldBe(!Landlock.HasScopes);
        FileConfinement.Gaps(hasOwnUsers: false).First().ShouldStartWith("The host is not root");
    }
}
