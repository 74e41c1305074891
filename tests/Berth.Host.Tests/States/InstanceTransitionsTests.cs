using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.States;

public sealed class InstanceTransitionsTests
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");

    [Fact]
    public void An_allowed_change_happens_and_is_an_event()
    {
        var events = new RecordedEvents();
        var machine = new InstanceStateMachine(Notes, events);
        machine.Move(InstanceState.Loading);
        machine.Move(InstanceState.Loaded, "well");
        machine.Current.ShouldBe(InstanceState.Loaded);
        events.Of<InstanceStateChanged>().ShouldBe([
            new InstanceStateChanged("Notes", "1.0.0", "discovered", "loading", null),
            new InstanceStateChanged("Notes", "1.0.0", "loading", "loaded", "well")]);
    }

    [Fact]
    public void R43_A_change_that_the_table_does_not_have_throws_and_is_an_event_and_changes_nothing()
    {
        var events = new RecordedEvents();
        var machine = new InstanceStateMachine(Notes, events);
        var fault = Should.Throw<InvalidOperationException>(() => machine.Move(InstanceState.Unloading));
        fault.Message.ShouldContain("Notes 1.0.0");
        fault.Message.ShouldContain("from Discovered to Unloading");
        machine.Current.ShouldBe(InstanceState.Discovered);
        events.Of<InstanceTransitionRefused>().ShouldBe([new InstanceTransitionRefused("Notes", "1.0.0", "discovered", "unloading")]);
    }

    [Theory]
    [InlineData(InstanceState.Loaded, InstanceState.Unloaded)]
    [InlineData(InstanceState.Loaded, InstanceState.Loading)]
    [InlineData(InstanceState.Discovered, InstanceState.Loaded)]
    [InlineData(InstanceState.Quarantined, InstanceState.Loading)]
    [InlineData(InstanceState.Quarantined, InstanceState.Loaded)]
    public void What_would_skip_a_step_is_not_allowed(InstanceState from, InstanceState to) =>
        InstanceTransitions.IsAllowed(from, to).ShouldBeFalse();

    [Fact]
    public void Every_state_has_its_row_and_no_state_leads_to_itself() =>
        Enum.GetValues<InstanceState>().ShouldAllBe(state => InstanceTransitions.From(state).Count > 0 && !InstanceTransitions.IsAllowed(state, state));

    [Fact]
    public void Every_state_can_be_reached_from_the_first_and_can_come_back_to_running()
    {
        foreach (var state in Enum.GetValues<InstanceState>())
        {
            Reachable(InstanceState.Discovered).ShouldContain(state);
            Reachable(state).ShouldContain(InstanceState.Loaded);
        }
    }

    private static HashSet<InstanceState> Reachable(InstanceState from)
    {
        var found = new HashSet<InstanceState> { from };
        var open = new Queue<InstanceState>(found);
        while (open.TryDequeue(out var state))
        {
            foreach (var next in InstanceTransitions.From(state).Where(found.Add))
                open.Enqueue(next);
        }

        return found;
    }
}
