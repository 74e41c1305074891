using Berth.Host.Isolation.Limits;

namespace Berth.Host.Tests.Isolation.Limits;

public sealed class AbandonedGroupsTests : IDisposable
{
    private const string Elsewhere = "berth-4026599999-77-123-1";
    private readonly string _root = Directory.CreateTempSubdirectory("berth-abandoned-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_a_host_elsewhere_made_goes_when_it_is_empty_at_both_looks()
    {
        var empty = Group(Elsewhere);
        (await SweepAsync()).ShouldBe(1);
        Directory.Exists(empty).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_process_is_in_or_joins_meanwhile_stays()
    {
        var joined = Group(Elsewhere);
        var used = Group("berth-4026599999-77-123-2");
        File.WriteAllText(Path.Combine(used, "cgroup.procs"), "4711\n");
        var parent = Group("berth-4026599999-77-123-3");
        Directory.CreateDirectory(Path.Combine(parent, "child"));

        (await SweepAsync(() => File.WriteAllText(Path.Combine(joined, "cgroup.procs"), "4712\n"))).ShouldBe(0);

        new[] { joined, used, parent }.ShouldAllBe(folder => Directory.Exists(folder));
    }

    [Fact]
    public async Task What_is_of_a_host_that_lives_or_of_somebody_else_is_not_looked_at()
    {
        Group(HostProcess.NewName());
        Group("system.slice");
        Group("berth-host");
        (await SweepAsync(() => throw new InvalidOperationException("There is nothing to wait for."))).ShouldBe(0);
        Directory.GetDirectories(_root).Length.ShouldBe(3);
    }

    [Fact]
    public async Task The_kernels_own_groups_are_taken_away_with_their_files_in_them()
    {
        if (ControlGroupLayout.Read().Mounts.FirstOrDefault(CanMake) is not { } mount)
            return;
        // A group of its own around it: beside it others' groups may be made right now.
        var around = Directory.CreateDirectory(Path.Combine(mount, $"abandoned-{Environment.ProcessId}")).FullName;
        try
        {
            var group = Directory.CreateDirectory(Path.Combine(around, Elsewhere)).FullName;
            File.Exists(Path.Combine(group, "cgroup.procs")).ShouldBeTrue();
            (await AbandonedGroups.SweepAsync([around], () => Task.CompletedTask)).ShouldBe(1);
            Directory.Exists(group).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(around);
        }
    }

    private Task<int> SweepAsync(Action? meanwhile = null) => AbandonedGroups.SweepAsync([_root, Path.Combine(_root, "not there")], () =>
    {
        meanwhile?.Invoke();
        return Task.CompletedTask;
    });

    private string Group(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    private static bool CanMake(string mount)
    {
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(mount, HostProcess.NewName()));
            folder.Delete();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
