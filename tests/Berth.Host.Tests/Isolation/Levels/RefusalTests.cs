using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Sandbox;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>What is said where a level cannot be had.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_store_that_other_users_cannot_read_is_named_with_what_to_do()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        var closed = ProbeRun.Open("closed");
        var plugin = Directory.CreateDirectory(Path.Combine(closed, "plugin")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var level in ((string[])["process", "sandbox", "container"]))
        {
            var exception = await Should.ThrowAsync<WorkerStartException>(async () => await ProbeRun.Level(level).PrepareAsync(ProbeRun.Launch() with { Directory = plugin }, CancellationToken.None));
            exception.Message.ShouldContain($"cannot read {plugin}: {closed} is closed to others");
            exception.Message.ShouldContain($"chmod o+rx {closed}");
        }
    }

    [Theory]
    [InlineData("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces")]
    [InlineData("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1")]
    [InlineData("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor")]
    public void A_switch_that_keeps_bubblewrap_from_its_namespaces_is_named(string file, string value, string remedy) =>
        UserNamespaces.Remedy("bwrap: setting up uid map: Permission denied", asked => asked == file ? value : null).ShouldContain(remedy);

    [Fact]
    public void A_program_that_is_there_and_may_not_be_run_is_named_with_what_to_do()
    {
        var program = Path.Combine(ProbeRun.Open("tools"), "bwrap");
        File.WriteAllText(program, "#!/bin/sh");
        File.SetUnixFileMode(program, UnixFileMode.UserRead);
        Tools.Obstacle(program).ShouldBe(($"'{program}' is there and may not be run.", $"Give the right to, for example with: chmod a+rx {program}. Where that is refused, install its package again."));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Tools.Obstacle(program).ShouldBeNull();
        (Tools.Obstacle(program, isByOthers: true) is null).ShouldBe(!Environment.IsPrivilegedProcess, "a host that is root runs it as somebody else");
    }

    [Fact]
    public void A_host_that_is_root_is_not_told_to_be_root()
    {
        ControlGroups.Remedy(isRoot: true).ShouldNotContain("as root");
        ControlGroups.Remedy(isRoot: true).ShouldContain("/sys/fs/cgroup");
        ControlGroups.Remedy(isRoot: false).ShouldContain("as root");
    }

    [Theory]
    [InlineData("There is no 'node' in PATH.")]
    [InlineData("There is no 'node' in PATH")]
    public void A_reason_ends_with_one_full_stop_whoever_wrote_it(string reason) =>
        new IsolationAvailability(IsolationLevels.Vm, IsAvailable: false, reason, "Install it.").Explanation.ShouldBe("There is no 'node' in PATH. Install it.");

    [Fact]
    public void A_masked_proc_is_named() =>
        UserNamespaces.Remedy("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", _ => null).ShouldContain("unmasked /proc");

    [Fact]
    public async Task A_worker_that_does_not_start_makes_the_level_unavailable_with_what_it_said()
    {
        var broken = new WorkerProgram(DotnetRuntime.Find(), ProbeRun.Open("nothing"), Path.Combine(ProbeRun.Open("nothing"), "missing.dll"));
        var availability = await ProbeRun.Level(IsolationLevels.Process, () => broken).ProbeAsync(CancellationToken.None);
        availability.IsAvailable.ShouldBeFalse();
        availability.Reason.ShouldContain("missing.dll");
        availability.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public void The_runtime_is_found_by_what_the_process_knows_and_never_the_host_itself()
    {
        var real = DotnetRuntime.Find();
        Path.GetFileName(real.Executable).ShouldBe("dotnet");
        var framework = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        DotnetRuntime.Find("/opt/berth/berth-server", null, framework, []).Executable.ShouldBe(real.Executable);
        DotnetRuntime.Find("/opt/berth/berth-server", real.Executable, "/nowhere/a/b/c", []).ShouldBe(real);
    }

    [Fact]
    public void An_application_that_carries_its_runtime_inside_starts_workers_with_the_machines()
    {
        var real = DotnetRuntime.Find();
        var older = Directory.CreateTempSubdirectory("berth-older-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(older, "dotnet"), "");
            Directory.CreateDirectory(Path.Combine(older, "shared", "Microsoft.AspNetCore.App", "9.0.0"));
            DotnetRuntime.Find("/opt/berth/berth-server", null, "/opt/berth", [null, Path.Combine(older, "dotnet"), "/nowhere/dotnet", real.Executable]).ShouldBe(real);
            var none = Should.Throw<WorkerStartException>(() => DotnetRuntime.Find("/opt/berth/berth-server", null, "/opt/berth", [Path.Combine(older, "dotnet")]));
            none.Message.ShouldContain("none with ASP.NET Core 10");
            none.Remedy.ShouldNotBeNull().ShouldContain("DOTNET_HOST_PATH");
        }
        finally
        {
            Directory.Delete(older, recursive: true);
        }
    }

    [Fact]
    public async Task A_level_without_a_runtime_says_what_to_install()
    {
        foreach (var level in (string[])[IsolationLevels.Process, IsolationLevels.Sandbox])
        {
            var availability = await ProbeRun.Level(level, () => throw new WorkerStartException("No runtime.") { Remedy = "Install one." }).ProbeAsync(CancellationToken.None);
            availability.IsAvailable.ShouldBeFalse();
            availability.Remedy.ShouldBe("Install one.");
        }
    }
}
