using Berth.Events;
using Berth.Host.Health;

namespace Berth.Host.Tests.Health;

/// <summary>What happens after the break: some calls show whether the plugin has recovered.</summary>
public sealed class BreakerTrialTests
{
    private readonly BreakerBed _bed = new();

    [Fact]
    public void After_the_break_three_good_calls_close_it()
    {
        _bed.OpenAndWait();
        _bed.Call(1, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.HalfOpen);
        _bed.Call(1, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.HalfOpen);
        _bed.Call(1, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
        _bed.Events.All.Select(happened => happened.GetType()).ShouldBe([typeof(BreakerOpened), typeof(BreakerHalfOpened), typeof(BreakerClosed)]);
    }

    [Fact]
    public void At_most_three_calls_at_once_show_whether_it_has_recovered()
    {
        _bed.OpenAndWait();
        var probes = Enumerable.Range(0, 3).Select(_ => _bed.Enter()).ToList();
        _bed.IsRefused().ShouldBe(TimeSpan.FromSeconds(1));
        foreach (var probe in probes)
            _bed.Leave(probe, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_bad_call_after_the_break_opens_it_again_for_the_whole_time()
    {
        _bed.OpenAndWait();
        _bed.Call(2, CallVerdict.Good);
        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
        _bed.IsRefused().ShouldBe(BreakerBed.Recovery, TimeSpan.FromSeconds(5));
        _bed.Breaker.Snapshot().Opened.ShouldBe(2);
        _bed.Breaker.Snapshot().Reason!.ShouldStartWith("A call after the break was bad again");

        _bed.Time.Advance(BreakerBed.Recovery);
        _bed.Call(3, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_call_that_says_nothing_gives_its_place_in_the_trial_to_the_next()
    {
        _bed.OpenAndWait();
        _bed.Call(10, CallVerdict.None);
        _bed.Breaker.State.ShouldBe(BreakerState.HalfOpen);
        _bed.Call(3, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void What_began_before_the_break_says_nothing_after_it()
    {
        var early = Enumerable.Range(0, 8).Select(_ => _bed.Enter()).ToList();
        _bed.OpenAndWait();
        _bed.Leave(early[0], CallVerdict.Bad);
        _bed.Leave(early[1], CallVerdict.Good);
        var probe = _bed.Enter();
        _bed.Leave(early[2], CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.HalfOpen);
        _bed.Leave(probe, CallVerdict.Good);
        _bed.Call(2, CallVerdict.Good);
        foreach (var late in early.Skip(3))
            _bed.Leave(late, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_trial_whose_calls_never_come_back_is_begun_again_after_a_breaks_time()
    {
        _bed.OpenAndWait();
        var lost = Enumerable.Range(0, 3).Select(_ => _bed.Enter()).ToList();
        _bed.IsRefused();
        _bed.Time.Advance(BreakerBed.Recovery);
        _bed.Call(1, CallVerdict.Good);
        _bed.Leave(lost[0], CallVerdict.Bad);
        _bed.Call(2, CallVerdict.Good);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }
}
