using Berth.Worker.Calls;

namespace Berth.Worker.Tests.Calls;

public sealed class CallPaceTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);
    private readonly CallPace _pace = new();

    [Fact]
    public void Calls_run_on_their_requests_thread_after_many_quick_ones_in_a_row()
    {
        Note(63, Quick);
        _pace.IsInline.ShouldBeFalse();
        Note(1, Quick);
        _pace.IsInline.ShouldBeTrue();
    }

    [Fact]
    public void A_slow_one_among_them_starts_the_count_again()
    {
        Note(63, Quick);
        _pace.Note(TimeSpan.FromMilliseconds(6));
        Note(63, Quick);
        _pace.IsInline.ShouldBeFalse();
    }

    [Fact]
    public void A_call_that_holds_its_thread_for_long_ends_it()
    {
        Note(64, Quick);
        _pace.Note(TimeSpan.FromMilliseconds(60));
        _pace.IsInline.ShouldBeFalse();
    }

    [Fact]
    public void A_call_past_its_limit_ends_it_for_good()
    {
        Note(64, Quick);
        _pace.NeverInline();
        Note(1000, Quick);
        _pace.IsInline.ShouldBeFalse();
    }

    private void Note(int times, TimeSpan held)
    {
        for (var i = 0; i < times; i++)
            _pace.Note(held);
    }
}
