using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class VmTimeLimitTests : IAsyncLifetime
{
    // Long enough for a thread to be ended and another one to be started, on a machine with much to do.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = Limit }, new BareVmLevel());

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task JavaScript_that_waits_past_its_time_is_ended_and_the_others_go_on()
    {
        await CountAsync();
        (await _bed.OutcomeAsync("/p/Scripted/1.0.0/wait")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await CountAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task JavaScript_that_holds_its_thread_past_its_time_loses_it_and_a_new_one_serves()
    {
        await CountAsync();
        (await _bed.OutcomeAsync("/p/Scripted/1.0.0/spin")).ShouldBe(new DispatchOutcome.TimedOut(Limit));
        (await CountAsync()).ShouldBe("1");
    }

    [Fact]
    public async Task A_program_that_runs_past_its_time_is_ended_and_the_others_go_on()
    {
        var spinning = Enumerable.Range(0, 4).Select(_ => _bed.Http.GetAsync("/p/Programmed/1.0.0/spin")).ToList();
        foreach (var call in spinning)
            (await call).StatusCode.ShouldBe(System.Net.HttpStatusCode.GatewayTimeout);
        (await _bed.Http.GetStringAsync("/p/Programmed/1.0.0/runs")).ShouldBe("1");
    }

    private async Task<string> CountAsync()
    {
        using var answer = await _bed.Http.GetAsync("/p/Scripted/1.0.0/hello");
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("Hello");
        return answer.Headers.GetValues("x-count").Single();
    }
}
