using Berth.Host.Isolation;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>What sandbox and container hide, and a process of its own does not.</summary>
public sealed class NamespaceTests
{
    public static TheoryData<string> Levels => [IsolationLevels.Sandbox, IsolationLevels.Container];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task It_sees_the_runtime_itself_and_its_plugin_and_nothing_else(string level)
    {
        var launch = ProbeRun.Launch();
        var other = ProbeRun.Open("other-plugin");
        File.WriteAllText(Path.Combine(other, "secret"), "x");
        var around = Path.GetDirectoryName(launch.Directory)!;
        var answers = await ProbeRun.TryAsync(
            ProbeRun.Level(level), launch, "list /", $"list {around}", $"exists {other}", "exists /bin/sh", "exists /usr/bin/env", "exists /etc/passwd", "exists /root", "exists /home", "exists /var", "list /etc", "exists /sys/fs/cgroup");
        answers["list /"].Split(' ').ShouldBeSubsetOf(["/dev", "/etc", "/lib", "/lib64", "/proc", "/tmp", "/usr", "/.oldroot", "/" + around.Split('/')[1], "/run", "/sys"]);
        answers[$"list {around}"].ShouldNotContain("other-plugin");
        foreach (var hidden in answers.Where(answer => answer.Key.StartsWith("exists ", StringComparison.Ordinal)))
            hidden.Value.ShouldBe("no", hidden.Key);
        answers["list /etc"].Split(' ').ShouldBeSubsetOf(["/etc/ssl", "/etc/localtime", "/etc/pki", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname"]);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task It_sees_its_own_processes_and_no_way_to_a_network(string level)
    {
        var answers = await ProbeRun.TryAsync(level, "processes", "interfaces");
        answers["processes"].ShouldBe("1");
        answers["interfaces"].ShouldBe("lo");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Nothing_can_be_written_but_its_temporary_folder(string level)
    {
        var launch = ProbeRun.Launch();
        string[] closed = ["/x", "/dev/x", "/dev/shm/x", "/etc/x", "/usr/x", "/proc/sys/kernel/hostname", launch.Directory + "/x", Path.GetDirectoryName(launch.Directory) + "/../x"];
        var answers = await ProbeRun.TryAsync(ProbeRun.Level(level), launch, [.. closed.SkipLast(1).Select(path => $"write {path}"), "write /tmp/x"]);
        foreach (var path in closed.SkipLast(1))
            answers[$"write {path}"].ShouldNotBe("ok", path);
        answers["write /tmp/x"].ShouldBe("ok");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_it_may_read_besides_and_sockets_of_the_host_are_visible_where_they_are(string level)
    {
        var contract = Path.Combine(ProbeRun.Open("contracts"), "Contract.dll");
        File.WriteAllText(contract, "x");
        var launch = ProbeRun.Launch() with { Readable = [contract] };
        (await ProbeRun.TryAsync(ProbeRun.Level(level), launch, $"read {contract}"))[$"read {contract}"].ShouldBe("ok");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task All_its_temporary_files_together_are_bounded(string level)
    {
        var limits = new WorkerLimits { TemporaryBytes = 4L << 20 };
        int.Parse((await ProbeRun.TryAsync(ProbeRun.Level(level), ProbeRun.Launch(limits), "big-file 20"))["big-file 20"].Split(' ')[1]).ShouldBeLessThanOrEqualTo(4);
    }
}
