using Berth.Host.Observability;

namespace Berth.Host.Tests.Observability;

public sealed class CallWindowTests
{
    private readonly StoppedTime _time = new();

    [Fact]
    public void Percentiles_are_right_to_six_percent()
    {
        var window = new CallWindow(_time);
        for (var i = 1; i <= 1_000; i++)
            window.Add(TimeSpan.FromMilliseconds(i), isFailure: false);

        var figures = window.Figures();

        figures.Calls.ShouldBe(1_000);
        figures.P50.ShouldBe(500, 500 * 0.0625);
        figures.P95.ShouldBe(950, 950 * 0.0625);
        figures.P99.ShouldBe(990, 990 * 0.0625);
    }

    [Fact]
    public void Only_the_last_minute_counts()
    {
        var window = new CallWindow(_time);
        window.Add(TimeSpan.FromSeconds(9), isFailure: true);
        _time.Advance(TimeSpan.FromSeconds(40));
        window.Add(TimeSpan.FromMilliseconds(1), isFailure: false);
        (window.Figures().Calls, window.Figures().Failures).ShouldBe((2, 1));

        _time.Advance(TimeSpan.FromSeconds(25));
        (window.Figures().Calls, window.Figures().Failures).ShouldBe((1, 0));

        _time.Advance(TimeSpan.FromHours(1));
        window.Figures().ShouldBe(CallFigures.None);
        window.Add(TimeSpan.FromMilliseconds(1), isFailure: false);
        window.Figures().Calls.ShouldBe(1, "the place of an old slice is taken by the new one");
    }

    [Fact]
    public void A_rate_is_of_the_time_that_was_there()
    {
        var window = new CallWindow(_time);
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 50; i++)
            window.Add(TimeSpan.FromMilliseconds(1), isFailure: i % 5 == 0);
        (window.Figures().CallsPerSecond, window.Figures().FailuresPerSecond).ShouldBe((5, 1));
    }

    [Fact]
    public void A_call_that_took_no_time_or_for_ever_is_a_call()
    {
        var window = new CallWindow(_time);
        window.Add(TimeSpan.Zero, isFailure: false);
        window.Add(TimeSpan.FromDays(2), isFailure: false);
        window.Figures().Calls.ShouldBe(2);
    }

    [Fact]
    public void Many_threads_lose_no_call()
    {
        var window = new CallWindow(_time);
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
                window.Add(TimeSpan.FromMicroseconds(i), isFailure: i % 2 == 0);
        });
        (window.Figures().Calls, window.Figures().Failures).ShouldBe((80_000, 40_000));
    }

    private sealed class StoppedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
