using Berth.Events;
using Berth.Host.Health;

namespace Berth.Host.Tests.Health;

public sealed class InstanceBreakerTests
{
    private readonly BreakerBed _bed = new();

    [Fact]
    public void Five_bad_calls_open_it_and_four_do_not()
    {
        _bed.Call(4, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);

        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
        _bed.IsRefused().ShouldBe(BreakerBed.Recovery, TimeSpan.FromSeconds(5));
        var opened = _bed.Events.All.ShouldHaveSingleItem().ShouldBeOfType<BreakerOpened>();
        (opened.Slug, opened.Version, opened.RetryAfterMilliseconds).ShouldBe(("Notes", "1.0.0", 60_000));
        opened.Reason.ShouldContain("GET /notes: it did");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    public void Exactly_the_threshold_opens_it(int threshold)
    {
        var breaker = _bed.Create(threshold, 3);
        for (var call = 1; call < threshold; call++)
        {
            BreakerBed.Call(breaker, CallVerdict.Bad);
            breaker.State.ShouldBe(BreakerState.Closed, $"after {call} bad calls");
        }

        BreakerBed.Call(breaker, CallVerdict.Bad);
        breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Good_calls_do_not_count_towards_the_threshold()
    {
        _bed.Call(2, CallVerdict.Bad);
        _bed.Call(2, CallVerdict.Good);
        _bed.Call(2, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void One_broken_request_among_many_good_ones_takes_the_plugin_from_nobody()
    {
        for (var round = 0; round < 200; round++)
        {
            _bed.Call(2, CallVerdict.Good);
            _bed.Call(1, CallVerdict.Bad);
        }

        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_burst_of_broken_requests_after_many_good_ones_does_not_open_it()
    {
        _bed.Call(40, CallVerdict.Good);
        _bed.Call(15, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_busy_plugin_that_breaks_altogether_is_found_out()
    {
        _bed.Call(100_000, CallVerdict.Good);
        _bed.Call(16, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Good_calls_of_long_ago_speak_for_nobody()
    {
        _bed.Call(40, CallVerdict.Good);
        _bed.Time.Advance(BreakerBed.Window * 2);
        _bed.Call(5, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Bad_calls_that_are_older_than_the_window_are_forgotten()
    {
        _bed.Call(4, CallVerdict.Bad);
        _bed.Time.Advance(BreakerBed.Window * 1.2);
        _bed.Call(4, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_quiet_window_ends_the_watch_and_a_later_fault_begins_a_new_one()
    {
        _bed.Call(4, CallVerdict.Bad);
        _bed.Time.Advance(BreakerBed.Window * 1.2);
        _bed.Call(1, CallVerdict.Good);
        _bed.Call(4, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void What_was_denied_or_refused_says_nothing()
    {
        _bed.Call(4, CallVerdict.Bad);
        _bed.Call(100, CallVerdict.None);
        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void The_time_to_wait_is_the_real_rest()
    {
        _bed.Open();
        _bed.Time.Advance(TimeSpan.FromSeconds(45));
        _bed.IsRefused().ShouldBe(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5));
        _bed.Breaker.Snapshot().RetryAfter!.Value.ShouldBe(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void An_administrator_closes_it_and_the_count_begins_anew()
    {
        _bed.Open();
        _bed.Breaker.Reset().ShouldBeTrue();
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
        _bed.Call(4, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
        _bed.Call(1, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void A_call_that_did_not_ask_counts_while_all_is_let_through_and_is_no_probe()
    {
        for (var call = 0; call < 5; call++)
            _bed.Leave(BreakerPass.Outside, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.Open);

        _bed.Time.Advance(BreakerBed.Recovery);
        var probe = _bed.Enter();
        for (var call = 0; call < 5; call++)
            _bed.Leave(BreakerPass.Outside, CallVerdict.Bad);
        _bed.Breaker.State.ShouldBe(BreakerState.HalfOpen);
        _bed.Leave(probe, CallVerdict.Good);
    }

    [Fact]
    public void Each_change_is_told_under_no_lock()
    {
        var states = new List<BreakerState>();
        _bed.Breaker.Changed = () => Task.Run(() => states.Add(_bed.Breaker.Snapshot().State)).Wait();
        _bed.OpenAndWait();
        _bed.Call(3, CallVerdict.Good);
        _bed.Open();
        _bed.Breaker.Reset();
        states.ShouldBe([BreakerState.Open, BreakerState.HalfOpen, BreakerState.Closed, BreakerState.Open, BreakerState.Closed]);
    }

    [Fact]
    public void One_that_is_off_never_opens()
    {
        var off = _bed.Create(BreakerBed.Rules(5, 3) with { IsOn = false });
        for (var call = 0; call < 50; call++)
            BreakerBed.Call(off, CallVerdict.Bad);
        off.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Many_threads_at_once_open_it_once_and_close_it_again()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var call = 0; call < 2_000; call++)
            {
                if (_bed.Breaker.TryEnter(out var pass, out TimeSpan _))
                    _bed.Leave(pass, CallVerdict.Bad);
            }
        })));
        _bed.Breaker.State.ShouldBe(BreakerState.Open);
        _bed.Breaker.Snapshot().Opened.ShouldBe(1);

        _bed.Time.Advance(BreakerBed.Recovery);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var call = 0; call < 2_000; call++)
            {
                if (_bed.Breaker.TryEnter(out var pass, out TimeSpan _))
                    _bed.Leave(pass, CallVerdict.Good);
            }
        })));
        _bed.Breaker.State.ShouldBe(BreakerState.Closed);
    }
}
