using Berth.Events;
using Berth.Host.Health;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Health;

public sealed class InstanceBreakerTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private readonly MovableTime _time = new();
    private readonly RecordedEvents _events = new();
    private readonly InstanceBreaker _breaker;

    public InstanceBreakerTests() => _breaker = Create(5, 3);

    [Fact]
    public void Five_bad_calls_open_it_and_four_do_not()
    {
        Call(4, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);

        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
        IsRefused().ShouldBe(Recovery, TimeSpan.FromSeconds(5));
        var opened = _events.All.ShouldHaveSingleItem().ShouldBeOfType<BreakerOpened>();
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
        var breaker = Create(threshold, 3);
        for (var call = 1; call < threshold; call++)
        {
            Call(breaker, CallVerdict.Bad);
            breaker.State.ShouldBe(BreakerState.Closed, $"after {call} bad calls");
        }

        Call(breaker, CallVerdict.Bad);
        breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Good_calls_do_not_count_towards_the_threshold()
    {
        Call(2, CallVerdict.Bad);
        Call(2, CallVerdict.Good);
        Call(2, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void One_broken_request_among_many_good_ones_takes_the_plugin_from_nobody()
    {
        for (var round = 0; round < 200; round++)
        {
            Call(2, CallVerdict.Good);
            Call(1, CallVerdict.Bad);
        }

        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_burst_of_broken_requests_after_many_good_ones_does_not_open_it()
    {
        Call(40, CallVerdict.Good);
        Call(15, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_busy_plugin_that_breaks_altogether_is_found_out()
    {
        Call(100_000, CallVerdict.Good);
        Call(16, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Good_calls_of_long_ago_speak_for_nobody()
    {
        Call(40, CallVerdict.Good);
        _time.Advance(Window * 2);
        Call(5, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void Bad_calls_that_are_older_than_the_window_are_forgotten()
    {
        Call(4, CallVerdict.Bad);
        _time.Advance(Window * 1.2);
        Call(4, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_quiet_window_ends_the_watch_and_a_later_fault_begins_a_new_one()
    {
        Call(4, CallVerdict.Bad);
        _time.Advance(Window * 1.2);
        Call(1, CallVerdict.Good);
        Call(4, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void What_was_denied_or_refused_says_nothing()
    {
        Call(4, CallVerdict.Bad);
        Call(100, CallVerdict.None);
        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void The_time_to_wait_is_the_real_rest()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(45));
        IsRefused().ShouldBe(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5));
        _breaker.Snapshot().RetryAfter!.Value.ShouldBe(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void After_the_break_three_good_calls_close_it()
    {
        OpenAndWait();
        Call(1, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.HalfOpen);
        Call(1, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.HalfOpen);
        Call(1, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.Closed);
        _events.All.Select(happened => happened.GetType()).ShouldBe([typeof(BreakerOpened), typeof(BreakerHalfOpened), typeof(BreakerClosed)]);
    }

    [Fact]
    public void At_most_three_calls_at_once_show_whether_it_has_recovered()
    {
        OpenAndWait();
        var probes = Enumerable.Range(0, 3).Select(_ => Enter()).ToList();
        IsRefused().ShouldBe(TimeSpan.FromSeconds(1));
        foreach (var probe in probes)
            Leave(probe, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_bad_call_after_the_break_opens_it_again_for_the_whole_time()
    {
        OpenAndWait();
        Call(2, CallVerdict.Good);
        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
        IsRefused().ShouldBe(Recovery, TimeSpan.FromSeconds(5));
        _breaker.Snapshot().Opened.ShouldBe(2);
        _breaker.Snapshot().Reason!.ShouldStartWith("A call after the break was bad again");

        _time.Advance(Recovery);
        Call(3, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_call_that_says_nothing_gives_its_place_in_the_trial_to_the_next()
    {
        OpenAndWait();
        Call(10, CallVerdict.None);
        _breaker.State.ShouldBe(BreakerState.HalfOpen);
        Call(3, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void What_began_before_the_break_says_nothing_after_it()
    {
        var early = Enumerable.Range(0, 8).Select(_ => Enter()).ToList();
        OpenAndWait();
        Leave(early[0], CallVerdict.Bad);
        Leave(early[1], CallVerdict.Good);
        var probe = Enter();
        Leave(early[2], CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.HalfOpen);
        Leave(probe, CallVerdict.Good);
        Call(2, CallVerdict.Good);
        foreach (var late in early.Skip(3))
            Leave(late, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void A_trial_whose_calls_never_come_back_is_begun_again_after_a_breaks_time()
    {
        OpenAndWait();
        var lost = Enumerable.Range(0, 3).Select(_ => Enter()).ToList();
        IsRefused();
        _time.Advance(Recovery);
        Call(1, CallVerdict.Good);
        Leave(lost[0], CallVerdict.Bad);
        Call(2, CallVerdict.Good);
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void An_administrator_closes_it_and_the_count_begins_anew()
    {
        Open();
        _breaker.Reset().ShouldBeTrue();
        _breaker.State.ShouldBe(BreakerState.Closed);
        Call(4, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Closed);
        Call(1, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void A_call_that_did_not_ask_counts_while_all_is_let_through_and_is_no_probe()
    {
        for (var call = 0; call < 5; call++)
            Leave(BreakerPass.Outside, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);

        _time.Advance(Recovery);
        var probe = Enter();
        for (var call = 0; call < 5; call++)
            Leave(BreakerPass.Outside, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.HalfOpen);
        Leave(probe, CallVerdict.Good);
    }

    [Fact]
    public void Each_change_is_told_under_no_lock()
    {
        var states = new List<BreakerState>();
        _breaker.Changed = () => Task.Run(() => states.Add(_breaker.Snapshot().State)).Wait();
        OpenAndWait();
        Call(3, CallVerdict.Good);
        Open();
        _breaker.Reset();
        states.ShouldBe([BreakerState.Open, BreakerState.HalfOpen, BreakerState.Closed, BreakerState.Open, BreakerState.Closed]);
    }

    [Fact]
    public void One_that_is_off_never_opens()
    {
        var off = new InstanceBreaker(new PluginVersionId("Notes", "1.0.0"), Rules(5, 3) with { IsOn = false }, _time, _events);
        for (var call = 0; call < 50; call++)
            Call(off, CallVerdict.Bad);
        off.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Many_threads_at_once_open_it_once_and_close_it_again()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var call = 0; call < 2_000; call++)
            {
                if (_breaker.TryEnter(out var pass, out TimeSpan _))
                    Leave(pass, CallVerdict.Bad);
            }
        })));
        _breaker.State.ShouldBe(BreakerState.Open);
        _breaker.Snapshot().Opened.ShouldBe(1);

        _time.Advance(Recovery);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var call = 0; call < 2_000; call++)
            {
                if (_breaker.TryEnter(out var pass, out TimeSpan _))
                    Leave(pass, CallVerdict.Good);
            }
        })));
        _breaker.State.ShouldBe(BreakerState.Closed);
    }

    private static BreakerRules Rules(int threshold, int halfOpen) => new(true, threshold, Recovery, halfOpen, Window, TimeSpan.FromSeconds(10));

    private InstanceBreaker Create(int threshold, int halfOpen) => new(new PluginVersionId("Notes", "1.0.0"), Rules(threshold, halfOpen), _time, _events);

    private void Open()
    {
        Call(5, CallVerdict.Bad);
        _breaker.State.ShouldBe(BreakerState.Open);
    }

    private void OpenAndWait()
    {
        Open();
        _time.Advance(Recovery);
    }

    private void Call(int times, CallVerdict verdict)
    {
        for (var call = 0; call < times; call++)
            Call(_breaker, verdict);
    }

    private static void Call(InstanceBreaker breaker, CallVerdict verdict)
    {
        breaker.TryEnter(out var pass, out var wait).ShouldBeTrue($"refused for {wait}");
        breaker.Leave(Ended(pass), verdict);
    }

    private BreakerPass Enter()
    {
        _breaker.TryEnter(out var pass, out var wait).ShouldBeTrue($"refused for {wait}");
        return pass;
    }

    private void Leave(BreakerPass pass, CallVerdict verdict) => _breaker.Leave(Ended(pass), verdict);

    private static EndedCall Ended(BreakerPass pass) => new(CallKind.Request, "GET /notes", CallResult.Failed, "it did", TimeSpan.Zero) { Pass = pass };

    private TimeSpan IsRefused()
    {
        _breaker.TryEnter(out _, out var wait).ShouldBeFalse();
        return wait;
    }
}
