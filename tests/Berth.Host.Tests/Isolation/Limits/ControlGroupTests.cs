using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Limits;

public sealed class ControlGroupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("berth-groups-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_unified_hierarchy_is_written_as_the_kernel_reads_it()
    {
        // A kernel's own folder is not at hand where there are still controllers of version 1: the files are, and their texts.
        var group = ControlGroupV2.Create(_root, "g", 100 << 20, new WorkerLimits { ProcessorShare = 0.5, Processes = 7 }, new IsolationOptions { StartProcessorFactor = 4 });
        Text("g/memory.max").ShouldBe((100 << 20).ToString());
        Text("g/pids.max").ShouldBe("7");
        Text("g/cpu.max").ShouldBe("200000 100000");
        group.EndStart();
        Text("g/cpu.max").ShouldBe("50000 100000");
        File.WriteAllText(Path.Combine(_root, "g/memory.stat"), "anon 1000\nfile 5\nshmem 24\n");
        File.WriteAllText(Path.Combine(_root, "g/cpu.stat"), "usage_usec 1500\nuser_usec 1\n");
        File.WriteAllText(Path.Combine(_root, "g/memory.events"), "low 0\noom 4\noom_kill 3\n");
        group.Read().ShouldBe(new WorkerFigures(1024, TimeSpan.FromMilliseconds(1.5), 3));
        group.Joins.ShouldBe([Path.Combine(_root, "g/cgroup.procs")]);
    }

    [Fact]
    public void The_place_in_a_hybrid_machine_is_found()
    {
        var layout = ControlGroupLayout.Parse(
            ["4:memory:/app/x", "2:cpu,cpuacct:/", "8:pids:/docker/id", "0::/"],
            [
                "30 20 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory",
                "31 20 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
                "32 20 0:28 /docker/id /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
                "33 20 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                "34 20 0:30 / /tmp rw - tmpfs tmpfs rw",
            ],
            _ => "");
        layout.Unified.ShouldBeNull();
        layout.ByController["memory"].ShouldBe("/sys/fs/cgroup/memory/app/x");
        layout.ByController["cpu"].ShouldBe("/sys/fs/cgroup/cpu");
        layout.ByController["cpuacct"].ShouldBe("/sys/fs/cgroup/cpu");
        layout.ByController["pids"].ShouldBe("/sys/fs/cgroup/pids");
    }

    [Fact]
    public void The_place_in_a_unified_machine_is_found()
    {
        var layout = ControlGroupLayout.Parse(
            ["0::/system.slice/berth.service"], ["30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"], folder => folder == "/sys/fs/cgroup/system.slice/berth.service" ? "cpu memory pids" : "");
        layout.Unified.ShouldBe("/sys/fs/cgroup/system.slice/berth.service");
        layout.ByController.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_that_eats_native_memory_is_ended_alone_and_told()
    {
        var groups = Levels.ProbeRun.Groups;
        if (groups.Gaps.Count > 0)
            return;
        var launch = Levels.ProbeRun.Launch(new WorkerLimits { MemoryBytes = 100L << 20, TemporaryBytes = 4 << 20 });
        var command = await Levels.ProbeRun.Level(IsolationLevels.Sandbox).PrepareAsync(launch, CancellationToken.None);
        using var process = Levels.ProbeRun.Start(command, ["native-memory 300"], keepInput: true);
        (await process.StandardOutput.ReadToEndAsync()).ShouldBeEmpty();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldNotBe(0);
        command.Figures!().ShouldNotBeNull().OutOfMemoryKills.ShouldBeGreaterThan(0);
        await command.CleanUp!();
        command.Figures!().ShouldBeNull();
    }

    [Fact]
    public async Task A_worker_gets_its_share_of_a_processor_and_no_more()
    {
        if (Levels.ProbeRun.Groups.Gaps.Count > 0)
            return;
        var command = await Levels.ProbeRun.Level(IsolationLevels.Process).PrepareAsync(Levels.ProbeRun.Launch(new WorkerLimits { ProcessorShare = 0.25 }), CancellationToken.None);
        using var process = Levels.ProbeRun.Start(command, ["folder", "spin 800"], keepInput: true);
        await process.StandardOutput.ReadLineAsync();
        command.Ready!();
        var share = double.Parse((await process.StandardOutput.ReadLineAsync())!.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
        // What was left of the raised share when it ended counts, too.
        share.ShouldBeLessThan(0.7);
        await process.WaitForExitAsync();
        await command.CleanUp!();
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(_root, file));
}
