using Berth.Server.Composition;

namespace Berth.Server.Tests.Composition;

public sealed class QuietMemoryTests
{
    private readonly QuietMemory _memory;
    private long _allocated = 1_000_000;
    private long _heap = 100_000_000;
    private int _givenBack;

    public QuietMemoryTests() => _memory = new QuietMemory(() => _allocated, () => _heap, () => _givenBack++);

    [Fact]
    public void After_work_and_some_quiet_looks_memory_is_given_back_once()
    {
        Look(QuietMemory.WorkBytes).ShouldBeFalse("it worked just now");
        for (var i = 1; i < QuietMemory.QuietLooks; i++)
            Look(1_000).ShouldBeFalse("it may work on");

        Look(1_000).ShouldBeTrue();

        for (var i = 0; i < 100; i++)
            Look(1_000).ShouldBeFalse("there is nothing more to give back");
        _givenBack.ShouldBe(1);
    }

    [Fact]
    public void A_server_that_works_is_left_alone()
    {
        for (var i = 0; i < 100; i++)
            Look(QuietMemory.QuietBytes).ShouldBeFalse();

        _givenBack.ShouldBe(0);
    }

    [Fact]
    public void A_break_in_the_work_is_not_its_end()
    {
        Look(QuietMemory.WorkBytes);
        for (var i = 0; i < 20; i++)
            Look(i % QuietMemory.QuietLooks == 0 ? QuietMemory.QuietBytes : 0).ShouldBeFalse();
    }

    [Fact]
    public void More_work_is_followed_by_another_collection()
    {
        for (var burst = 1; burst <= 3; burst++)
        {
            Look(QuietMemory.WorkBytes);
            Rest();
            _givenBack.ShouldBe(burst);
        }
    }

    [Fact]
    public void A_large_heap_is_left_alone_because_who_asks_would_wait()
    {
        _heap = QuietMemory.LargestHeap + 1;
        Look(QuietMemory.WorkBytes);
        Rest();
        _givenBack.ShouldBe(0);

        _heap = QuietMemory.LargestHeap;
        Rest();
        _givenBack.ShouldBe(1);
    }

    private void Rest()
    {
        for (var i = 0; i < QuietMemory.QuietLooks; i++)
            Look(0);
    }

    private bool Look(long more)
    {
        _allocated += more;
        return _memory.Look();
    }
}
