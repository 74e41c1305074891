using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class JavaScriptFailureTests : IAsyncLifetime
{
    private const string Base = "/p/Scripted/1.0.0";

    private readonly BareVmLevel _level = new();
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5) }, _level);

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/throw", "RangeError: this is what it throws")]
    [InlineData("/nothing", "must answer with a Response")]
    [InlineData("/forged", "answered what is no answer")]
    [InlineData("/recurse", "RangeError: Maximum call stack size exceeded")]
    public async Task What_it_throws_is_the_outcome_and_it_goes_on(string path, string reason)
    {
        await CountAsync();
        (await _bed.OutcomeAsync(Base + path)).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain(reason);
        (await CountAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task What_nobody_catches_ends_nothing()
    {
        (await _bed.Http.GetStringAsync(Base + "/stray")).ShouldBe("ok");
        (await CountAsync()).ShouldBe("1");
        (await CountAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task An_answer_that_breaks_in_the_middle_is_no_whole_one()
    {
        await Should.ThrowAsync<HttpRequestException>(() => _bed.Http.GetStringAsync(Base + "/half"));
        (await CountAsync()).ShouldBe("1");
    }

    [Fact]
    public async Task Too_large_a_heap_ends_the_thread_and_a_new_one_serves()
    {
        _level.Limits = limits => limits with { MemoryBytes = 128L << 20 };
        (await _bed.OutcomeAsync(Base + "/heap")).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain("used more than its heap of");
        (await CountAsync()).ShouldBe("1");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<LimitReached>().Any(reached => reached is { Slug: "Scripted", Limit: "managed_memory" }));
    }

    [Fact]
    public async Task Array_buffers_that_are_not_to_be_had_are_told_and_the_same_thread_goes_on()
    {
        VmVersion.Put(_bed, """
            let count = 0;
            export default { fetch(request) {
              count++;
              const kept = [];
              if (new URL(request.url).pathname === '/buffers') for (;;) kept.push(new ArrayBuffer(2 ** 42));
              return new Response('Hello', { headers: { 'x-count': String(count) } });
            } };
            """);
        (await _bed.OutcomeAsync(Base + "/buffers")).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain("Array buffer allocation failed");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<LimitReached>().Any(reached => reached is { Slug: "Scripted", Limit: "managed_memory" }));
        (await CountAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task The_runner_itself_ends_what_the_host_does_not()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5) }, new BareVmLevel { Limits = limits => limits with { RequestTime = TimeSpan.FromSeconds(-4) } });
        (await bed.OutcomeAsync(Base + "/wait")).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain("took longer than 1 s");
    }

    [Fact]
    public async Task A_client_that_goes_ends_an_answer_without_end()
    {
        using (var answer = await _bed.Http.GetAsync(Base + "/endless", HttpCompletionOption.ResponseHeadersRead))
            answer.EnsureSuccessStatusCode();
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].Leases == 0);
        (await CountAsync()).ShouldBe("1");
    }

    private async Task<string> CountAsync()
    {
        using var answer = await _bed.Http.GetAsync(Base + "/hello");
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("Hello");
        return answer.Headers.GetValues("x-count").Single();
    }
}
