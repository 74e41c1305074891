using Berth.Host.States;

namespace Berth.Host.Tests.States;

public sealed class InstanceTransitionsTests
{
    [Theory]
    [InlineData(InstanceState.Discovered, InstanceState.Loading)]
    [InlineData(InstanceState.Loading, InstanceState.Loaded)]
    [InlineData(InstanceState.Loaded, InstanceState.Draining)]
    [InlineData(InstanceState.Draining, InstanceState.Unloading)]
    [InlineData(InstanceState.Unloading, InstanceState.Leaked)]
    [InlineData(InstanceState.Failed, InstanceState.Loading)]
    public void An_allowed_change_happens(InstanceState from, InstanceState to) =>
        InstanceTransitions.Move(new PluginVersionId("Notes", "1.0.0"), from, to).ShouldBe(to);

    [Theory]
    [InlineData(InstanceState.Loaded, InstanceState.Unloaded)]
    [InlineData(InstanceState.Leaked, InstanceState.Loading)]
    [InlineData(InstanceState.Loaded, InstanceState.Loading)]
    [InlineData(InstanceState.Discovered, InstanceState.Loaded)]
    public void Any_other_change_throws_and_names_both_states(InstanceState from, InstanceState to)
    {
        var fault = Should.Throw<InvalidOperationException>(() => InstanceTransitions.Move(new PluginVersionId("Notes", "1.0.0"), from, to));
        fault.Message.ShouldContain("Notes 1.0.0");
        fault.Message.ShouldContain($"from {from} to {to}");
    }

    [Fact]
    public void Every_state_has_its_row_and_no_state_leads_to_itself() =>
        Enum.GetValues<InstanceState>().ShouldAllBe(state => !InstanceTransitions.IsAllowed(state, state));
}
