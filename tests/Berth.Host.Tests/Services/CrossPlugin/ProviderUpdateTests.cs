using Berth.Host.Isolation.InProcess.Contracts;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ProviderUpdateTests
{
    private const int Callers = 16;

    [Fact]
    public async Task Consumers_keep_calling_while_their_provider_is_updated_reloaded_and_unloaded()
    {
        // A call that a loaded machine holds is not to be cut off.
        await using var bed = await ServiceBed.StartAsync("1.0.0", new HostOptions { DrainTime = TimeSpan.FromMinutes(2) });
        (await bed.AskAsync("/version")).ShouldBe("1.0.0");
        using var ending = new CancellationTokenSource();
        var calls = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(bed, ending.Token))).ToList();
        for (var round = 0; round < 4; round++)
        {
            // An update of the user, a reload under the calls, and the old version's retirement.
            bed.User.Has("Greeter", round % 2 == 0 ? "1.1.0" : "1.0.0");
            (await bed.Pool.ReloadAsync(new PluginVersionId("Greeter", "1.1.0"))).ShouldBeOfType<ReloadOutcome.Reloaded>();
            (await bed.Pool.ReloadAsync(new PluginVersionId("Greeter", "1.0.0"))).ShouldBeOfType<ReloadOutcome.Reloaded>();
            (await bed.Pool.UnloadAsync(new PluginVersionId("Greeter", round % 2 == 0 ? "1.0.0" : "1.1.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        }

        await ending.CancelAsync();
        var answers = (await Task.WhenAll(calls)).SelectMany(seen => seen).ToList();
        answers.Where(answer => answer is not ("1.0.0" or "1.1.0")).ShouldBeEmpty();
        answers.Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("/greet?name=x")]
    [InlineData("/count?to=5&take=0")]
    [InlineData("/count?to=5&take=2")]
    [InlineData("/fail?how=own")]
    [InlineData("/wait?ms=60000&give=5")]
    [InlineData("/candidates")]
    [InlineData("/keep")]
    [InlineData("/private")]
    [InlineData("/net")]
    public async Task Whatever_a_consumer_asked_for_it_is_gone_after_its_unload(string path)
    {
        await using var bed = await ServiceBed.StartAsync("1.0.0");
        await bed.AskAsync(path);
        await bed.ShouldUnloadAsync("GreeterClient");
        await bed.ShouldUnloadAsync("Greeter");
    }

    [Fact]
    public async Task Fifty_cycles_of_load_call_and_unload_leave_nothing_of_provider_consumer_and_contract()
    {
        await using var bed = await ServiceBed.StartAsync("1.0.0");
        var contracts = bed.Part<ContractContexts>();
        for (var cycle = 0; cycle < 50; cycle++)
        {
            bed.User.Has("Greeter", cycle % 2 == 0 ? "1.0.0" : "1.1.0");
            (await bed.AskAsync("/greet?name=Ada")).ShouldContain("Hello");
            (await bed.AskAsync("/count?to=5&take=0")).ShouldBe("15");
            (await bed.AskAsync("/fail?how=own")).ShouldContain("GreeterException");
            (await bed.AskAsync("/keep")).ShouldBe("kept");
            var greeter = new PluginVersionId("Greeter", cycle % 2 == 0 ? "1.0.0" : "1.1.0");
            if (cycle % 4 < 2)
                await bed.ShouldUnloadAsync(greeter.Slug, greeter.Version);
            await bed.ShouldUnloadAsync("GreeterClient");
            await bed.ShouldUnloadAsync(greeter.Slug, greeter.Version);
            contracts.Snapshot().ShouldBeEmpty();
        }

        for (var i = 0; i < 10 && contracts.StillInMemory() > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50);
        }

        contracts.StillInMemory().ShouldBe(0);
        bed.Pool.Statistics.Leaked.ShouldBe(0);
    }

    [Fact]
    public async Task Provider_and_consumer_of_the_same_contract_share_one_copy_of_it()
    {
        await using var bed = await ServiceBed.StartAsync("1.0.0");
        await bed.AskAsync("/version");
        var (key, users) = bed.Part<ContractContexts>().Snapshot().ShouldHaveSingleItem();
        (key.Name, users).ShouldBe(("Greeter.Contracts", 2));

        bed.User.Has("Greeter", "1.1.0");
        await bed.AskAsync("/version");
        bed.Part<ContractContexts>().Snapshot().Select(one => one.Users).Order().ShouldBe([1, 2]);
    }

    private static async Task<List<string>> CallAsync(PluginBed bed, CancellationToken ending)
    {
        var seen = new List<string>();
        while (!ending.IsCancellationRequested)
            seen.Add(await bed.AskAsync("/version"));
        return seen;
    }
}
