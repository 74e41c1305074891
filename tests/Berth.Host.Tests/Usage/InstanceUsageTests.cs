using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;
using Berth.Host.Usage;

namespace Berth.Host.Tests.Usage;

public sealed class InstanceUsageTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(400);

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task What_a_version_allocates_is_counted_for_it_and_for_no_other_on_whatever_thread()
    {
        await _bed.Http.GetStringAsync("/p/Resourceful/1.0.0/port");
        await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        var before = (Mine: Now("Resourceful").AllocatedBytes, Other: Now("Echo").AllocatedBytes);
        for (var i = 0; i < 4; i++)
            (await _bed.Http.GetStringAsync("/p/Resourceful/1.0.0/allocate?kb=2048")).ShouldBe("done");
        (Now("Resourceful").AllocatedBytes - before.Mine).ShouldBeGreaterThanOrEqualTo(16L << 20);
        Now("Echo").AllocatedBytes.ShouldBe(before.Other);
    }

    [Fact]
    public async Task Calls_on_the_requests_own_thread_are_counted_too()
    {
        for (var i = 0; i < 100; i++)
            await _bed.Http.GetStringAsync("/p/Guarded/1.0.0/allowed");
        var before = Now("Guarded");
        await _bed.Http.GetStringAsync("/p/Guarded/1.0.0/allowed");
        Now("Guarded").AllocatedBytes.ShouldBeGreaterThan(before.AllocatedBytes);
        Now("Guarded").Busy.ShouldBeGreaterThan(before.Busy);
    }

    [Fact]
    public async Task Time_in_which_it_holds_a_thread_is_counted_also_while_it_still_does()
    {
        (await _bed.LeaseAsync("Stubborn")).Dispose();

        // Again when this thread was held while the other one ran.
        await Eventually.BeTrueAsync(async () =>
        {
            var (before, isSeen) = (Now("Stubborn").Busy, false);
            var busy = _bed.Http.GetAsync("/p/Stubborn/1.0.0/busy?ms=1200");
            while (!busy.IsCompleted && !isSeen)
            {
                isSeen = Now("Stubborn") is { Threads.Count: 1 } now && now.Busy - before > TimeSpan.FromMilliseconds(600);
                await Task.Delay(5);
            }

            (await busy).Dispose();
            await Eventually.BeTrueAsync(() => Now("Stubborn").Threads.Count == 0);
            (Now("Stubborn").Busy - before).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(1100));
            return isSeen;
        });
    }

    [Theory]
    [InlineData("Stubborn", "busy")]
    [InlineData("Resourceful", "spin")]
    public async Task A_call_that_holds_a_thread_past_its_time_is_counted_named_and_marked(string slug, string path)
    {
        await LimitAsync();
        var before = InstanceUsage.Of(new PluginVersionId(slug, "1.0.0")).ToSnapshot().HeldCalls;
        (await _bed.OutcomeAsync($"/p/{slug}/1.0.0/{path}?ms=3000")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        var usage = Now(slug);
        usage.HeldCalls.ShouldBe(before + 1);
        usage.LastHeldCall.ShouldBe($"GET /{path}");
        usage.NextIsolation.ShouldBe("process");
        await Eventually.BeTrueAsync(() => Now(slug).Threads.Count == 0);
    }

    [Fact]
    public async Task A_call_that_only_waits_past_its_time_holds_no_thread()
    {
        await LimitAsync();
        var before = InstanceUsage.Of(new PluginVersionId("Stubborn", "1.0.0")).ToSnapshot().HeldCalls;
        (await _bed.OutcomeAsync("/p/Stubborn/1.0.0/hang?ms=20000")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        Now("Stubborn").HeldCalls.ShouldBe(before);
    }

    private async Task LimitAsync()
    {
        await _bed.DisposeAsync();
        _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = Limit, DrainTime = TimeSpan.FromMilliseconds(200) });
    }

    private UsageSnapshot Now(string slug) => _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == slug).Usage!;
}
