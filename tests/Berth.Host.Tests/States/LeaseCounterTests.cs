using Berth.Host.States;

namespace Berth.Host.Tests.States;

public sealed class LeaseCounterTests
{
    [Fact]
    public void A_held_lease_keeps_the_counter_open()
    {
        var counter = new LeaseCounter();
        counter.TryAcquire().ShouldBeTrue();
        counter.TryCloseIdle().ShouldBeFalse();
        counter.Release();
        counter.TryCloseIdle().ShouldBeTrue();
        counter.TryAcquire().ShouldBeFalse();
        counter.Drained.IsCompleted.ShouldBeTrue();
        counter.Count.ShouldBe(0);
    }

    [Fact]
    public void A_closed_counter_drains_when_the_last_lease_is_given_back()
    {
        var counter = new LeaseCounter();
        counter.TryAcquire();
        counter.Close();
        counter.Count.ShouldBe(1);
        counter.TryAcquire().ShouldBeFalse();
        counter.Add();
        counter.Release();
        counter.Drained.IsCompleted.ShouldBeFalse();
        counter.Release();
        counter.Drained.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_holds_a_lease_on_a_drained_counter()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var counter = new LeaseCounter();
            var holders = 0;
            var acquirers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < 50 && counter.TryAcquire(); i++)
                {
                    Interlocked.Increment(ref holders);
                    counter.Drained.IsCompleted.ShouldBeFalse();
                    Interlocked.Decrement(ref holders);
                    counter.Release();
                }
            })).ToList();
            if (round % 2 == 0)
                counter.Close();
            else
                SpinWait.SpinUntil(counter.TryCloseIdle);
            await counter.Drained;
            holders.ShouldBe(0);
            await Task.WhenAll(acquirers);
        }
    }
}
