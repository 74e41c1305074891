using Berth.Events;
using Berth.Host.Isolation.Worker.Broker;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Services.CrossPlugin;

namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>A worker that asks its host too much waits for itself, or is refused; nobody else notices.</summary>
public sealed class BrokerAllowanceTests
{
    [Fact]
    public async Task What_a_call_asks_first_is_free_and_a_flood_waits_is_answered_and_is_told()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(new HostOptions { WorkerHostCallsPerSecond = 20 });
        for (var i = 0; i < 5; i++)
            (await bed.Http.GetStringAsync("/p/Hungry/1.0.0/asks?n=30")).ShouldBe("30");
        bed.Events.Of<LimitReached>().ShouldBeEmpty("150 questions in five calls, and 40 that a worker may ask at once");

        // 30 are free, 40 at once; the rest come back at 20 a second, which a slow machine may not outrun at first.
        var asked = 85;
        while (true)
        {
            (await bed.Http.GetStringAsync($"/p/Hungry/1.0.0/asks?n={asked}")).ShouldBe($"{asked}");
            if (asked > 1_000 || bed.Events.Of<LimitReached>().Any())
                break;
            asked *= 2;
        }

        bed.Events.Of<LimitReached>().ShouldContain(reached => reached.Slug == "Hungry" && reached.Limit == "host_calls");
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        bed.Events.Of<LimitReached>().ShouldNotContain(reached => reached.Slug == "Echo");
    }

    [Fact]
    public async Task Calls_of_services_that_are_too_many_at_once_are_refused_with_the_reason_and_later_ones_are_not()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(new HostOptions { WorkerServiceCalls = 2 });
        bed.Source.Public = new();
        bed.User.Has("Greeter", "1.0.0");
        (await bed.AskAsync("/greet?name=Ada")).ShouldContain("Hello", customMessage: "both are loaded");
        using var patience = new CancellationTokenSource();
        int Leases() => bed.Pool.Snapshot().Single(one => one.Id.Slug == "Greeter").Leases;
        await Eventually.BeTrueAsync(() => Leases() == 0);
        var waiting = new List<Task<HttpResponseMessage>>();
        for (var tries = 0; waiting.Count < 2; tries++)
        {
            tries.ShouldBeLessThan(100, "calls that should have a place were refused");
            var call = bed.Http.GetAsync("/p/GreeterClient/1.0.0/wait?ms=30000&give=0", patience.Token);
            // A call from worker to worker holds two leases of its provider. The place of the call before may be free a moment after its answer.
            await Eventually.BeTrueAsync(() => call.IsCompleted || Leases() == 2 * (waiting.Count + 1));
            if (!call.IsCompleted)
                waiting.Add(call);
        }

        (await bed.AskAsync("/greet?name=Ada")).ShouldContain("under way");

        await patience.CancelAsync();
        foreach (var call in waiting)
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Eventually.BeTrueAsync(async () => (await bed.AskAsync("/greet?name=Ada")).Contains("Hello", StringComparison.Ordinal));
    }

    [Fact]
    public void Large_arguments_are_fewer_at_once_than_small_ones()
    {
        using var allowance = new BrokerAllowance(100);
        var large = Enumerable.Range(0, 4).Select(i => allowance.BeginServiceCall("GREETER", i == 0 ? null : BrokerAllowance.LargeBytes + 1)).ToList();
        var refused = Should.Throw<ServiceRefusedException>(() => allowance.BeginServiceCall("GREETER", null));
        refused.Code.ShouldBe("service.busy");
        refused.Reason.ShouldContain("256 KB");
        allowance.BeginServiceCall("GREETER", BrokerAllowance.LargeBytes).Dispose();

        large[0].Dispose();

        allowance.BeginServiceCall("GREETER", null).Dispose();
        large.ForEach(call => call.Dispose());
    }

    [Fact]
    public void A_refused_call_keeps_no_place()
    {
        using var allowance = new BrokerAllowance(100, mostServiceCalls: 5);
        var large = Enumerable.Range(0, 4).Select(_ => allowance.BeginServiceCall("GREETER", null)).ToList();
        for (var i = 0; i < 10; i++)
            Should.Throw<ServiceRefusedException>(() => allowance.BeginServiceCall("GREETER", null));
        allowance.BeginServiceCall("GREETER", 1).Dispose();
        large.ForEach(call => call.Dispose());
    }
}
