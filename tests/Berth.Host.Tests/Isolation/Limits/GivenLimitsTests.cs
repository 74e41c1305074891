using Berth.Host.Isolation.Limits;

namespace Berth.Host.Tests.Isolation.Limits;

/// <summary>Groups that somebody else made, as files with the kernel's own texts.</summary>
public sealed class GivenLimitsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("berth-given-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_process_in_no_group_of_its_own_has_no_limits_whatever_those_above_it_have()
    {
        Write("memory.max", "1000000");
        GivenLimits.Missing(Unified(""), "the-id").ShouldBe(["memory", "cpu", "pids"]);
        GivenLimits.Missing(new ControlGroupLayout(null, new Dictionary<string, string>()), "the-id").ShouldBe(["memory", "cpu", "pids"]);
    }

    [Fact]
    public void What_the_unified_hierarchy_says_is_max_is_no_limit_also_where_the_process_is_beneath_the_group_that_has_them()
    {
        Write("pod-the-id.scope/memory.max", "268435456\n");
        Write("pod-the-id.scope/cpu.max", "max 100000\n");
        Write("pod-the-id.scope/pids.max", "128\n");
        Write("pod-the-id.scope/container/memory.max", "max\n");
        GivenLimits.Missing(Unified("pod-the-id.scope/container"), "the-id").ShouldBe(["cpu"]);
    }

    [Fact]
    public void In_the_old_hierarchies_each_controller_is_looked_at_where_it_is()
    {
        Write("memory/the-id/memory.limit_in_bytes", "9223372036854771712\n");
        Write("cpu/the-id/cpu.cfs_quota_us", "-1\n");
        Write("pids/the-id/pids.max", "128\n");
        var layout = new ControlGroupLayout(null, ((string[])["memory", "cpu", "pids"]).ToDictionary(name => name, name => Path.Combine(_root, name, "the-id")));
        GivenLimits.Missing(layout, "the-id").ShouldBe(["memory", "cpu"]);
        Write("memory/the-id/memory.limit_in_bytes", "268435456\n");
        Write("cpu/the-id/cpu.cfs_quota_us", "50000\n");
        GivenLimits.Missing(layout, "the-id").ShouldBeEmpty();
    }

    private ControlGroupLayout Unified(string folder) => new(Path.Combine(_root, folder), new Dictionary<string, string>());

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
