using System.Text.Json;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Vm;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

/// <summary>The level as it is in production: in the sandbox, under the filter, with limits.</summary>
public sealed class VmLevelTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    // The levels that the host registers itself.
    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5) }, hasAllLevels: true);

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task It_is_available_here_and_says_with_which_Node()
    {
        var levels = await _bed.Part<IIsolationLevels>().ProbeAsync();
        var vm = levels.Single(level => level.Level == IsolationLevels.Vm);
        vm.IsAvailable.ShouldBeTrue(vm.Reason);
        vm.Reason.ShouldStartWith("Node ");
    }

    [Fact]
    public async Task JavaScript_runs_in_the_sandbox()
    {
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/hello")).ShouldStartWith("Hello User");
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/data")).ShouldContain("\"one\":{\"n\":1}");
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/digest")).ShouldContain("\"verified\":true");
        JsonDocument.Parse(await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/escapes")).RootElement.GetProperty("globals").GetArrayLength().ShouldBe(0);
        (await _bed.OutcomeAsync("/p/Scripted/1.0.0/heap")).ShouldBeOfType<DispatchOutcome.Crashed>();
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/hello")).ShouldStartWith("Hello User");
    }

    [Fact]
    public async Task WebAssembly_runs_in_the_sandbox()
    {
        (await _bed.Http.GetStringAsync("/p/Programmed/1.0.0/runs")).ShouldBe("1");
        (await _bed.OutcomeAsync("/p/Programmed/1.0.0/trap")).ShouldBeOfType<DispatchOutcome.Crashed>();
        (await _bed.Http.GetStringAsync("/p/Programmed/1.0.0/runs")).ShouldBe("1");
    }

    [Fact]
    public async Task Array_buffers_fail_at_the_limit_and_the_process_lives()
    {
        VmVersion.Put(_bed, """
            export default { fetch(request) {
              if (!request.url.endsWith('/fill')) return new Response('alive');
              const held = [];
              try {
                for (;;) held.push(new Uint8Array(8 << 20).fill(1));
              } catch (error) {
                return new Response(`${error.name} ${held.length * 8 <= 400}`);
              }
            } };
            """);
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/fill")).ShouldBe("RangeError true");
        (await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/")).ShouldBe("alive");
    }

    [Theory]
    [InlineData("/nowhere/node", "There is no file '/nowhere/node'")]
    [InlineData("/bin/true", "does not say which Node it is")]
    public async Task Without_Node_it_says_what_to_install(string path, string reason)
    {
        var level = new VmLevel(
            new HostOptions { NodePath = path }, _bed.Part<IsolationOptions>(), _bed.Part<WorkerUserIds>(), _bed.Part<ControlGroups>());
        var answer = await level.ProbeAsync(CancellationToken.None);
        answer.IsAvailable.ShouldBeFalse();
        answer.Reason.ShouldContain(reason);
        answer.Remedy.ShouldNotBeNull().ShouldContain("BERTH_NODE");
    }
}
