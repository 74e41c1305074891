using Berth.Host.Isolation.Limits;

namespace Berth.Host.Tests.Isolation.Limits;

public sealed class HostProcessTests
{
    [Fact]
    public void What_a_running_host_made_is_its_own_and_stays()
    {
        HostProcess.NewName().ShouldStartWith(HostProcess.Own);
        HostProcess.IsOfDeadHost(HostProcess.NewName()).ShouldBeFalse();
    }

    [Fact]
    public void What_a_host_made_that_has_ended_can_go()
    {
        HostProcess.IsOfDeadHost(Name(id: int.MaxValue.ToString(), start: "1")).ShouldBeTrue();
        // Its id is another process's now.
        HostProcess.IsOfDeadHost(Name(start: "1")).ShouldBeTrue();
    }

    [Fact]
    public void What_was_made_from_another_process_namespace_is_left_alone()
    {
        var name = Name(space: "4026599999", id: int.MaxValue.ToString(), start: "1");
        HostProcess.IsOfDeadHost(name).ShouldBeFalse();
        HostProcess.IsOfElsewhere(name).ShouldBeTrue();
        HostProcess.IsOfElsewhere(HostProcess.NewName()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("system.slice")]
    [InlineData("berth-host")]
    [InlineData("berth-1-2-3")]
    public void What_has_another_name_is_none_of_a_host(string name) =>
        (HostProcess.IsOfDeadHost(name) || HostProcess.IsOfElsewhere(name)).ShouldBeFalse();

    private static string Name(string? space = null, string? id = null, string? start = null)
    {
        var own = HostProcess.NewName().Split('-');
        return $"berth-{space ?? own[1]}-{id ?? own[2]}-{start ?? own[3]}-1";
    }
}
