using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Container;
using Berth.Host.Isolation.Worker;
using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Levels;

namespace Berth.Host.Tests.Isolation.Limits;

/// <summary>Workers that are ended for want of memory: by the kernel, or by their own runtime when private data come to their limit before the control group does.</summary>
public sealed class MemoryEndTests
{
    [Fact]
    public async Task A_worker_that_its_runtime_ends_is_told_as_one_that_came_to_the_limit()
    {
        await using var bed = await StartAsync(IsolationLevels.Process, 2048, new LittleData(ProbeRun.Level(IsolationLevels.Process, WorkerProgram.Find)));
        using var metrics = new Measured(bed.Services);

        // Now and then a runtime is ended by its own fault, before it can say of what.
        for (var crashes = 1; crashes <= 4 && bed.Events.Of<LimitReached>().Count == 0; crashes++)
        {
            await Eventually.BeTrueAsync(async () =>
            {
                await AskAsync(bed, "/p/Hungry/1.0.0/unminded");
                return bed.Events.Of<InstanceCrashed>().Count >= crashes;
            });
        }

        await ToldAsync(bed, metrics);
    }

    [Theory]
    [InlineData("runc", "older than 1.1")]
    [InlineData("podman", "control group for 'memory'")]
    public async Task A_container_that_the_kernel_ends_is_told_too_and_serves_again(string engine, string hindrance)
    {
        await using var bed = await StartAsync(IsolationLevels.Container, 192, new ContainerLevel(ProbeRun.Options with { ContainerEngine = engine }, ProbeRun.Users, ProbeRun.Groups, WorkerProgram.Find));
        if (bed.Get<IIsolationLevels>().Of(IsolationLevels.Container) is not { IsAvailable: true } level || level.Gaps.Any(gap => gap.Contains(hindrance, StringComparison.Ordinal)))
            return;
        using var metrics = new Measured(bed.Services);

        using (var answer = await bed.Http.GetAsync("/p/Hungry/1.0.0/native?mb=600"))
            answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        await Eventually.BeTrueAsync(() => bed.Events.Of<InstanceCrashed>().Count > 0);
        await ToldAsync(bed, metrics);
        await Eventually.BeTrueAsync(async () =>
        {
            using var answer = await bed.Http.GetAsync("/p/Hungry/1.0.0/ping");
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_script_whose_array_buffers_end_the_process_is_told_too()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5), WorkerLimits = new WorkerLimits { MemoryBytes = 192L << 20 } }, hasAllLevels: true);
        VmVersion.Put(bed, """
            const kept = [];
            export default { fetch() {
              for (;;) { try { kept.push(new Uint8Array(1 << 20).fill(1)); } catch { } }
            } };
            """);
        if (!bed.Get<IIsolationLevels>().Of(IsolationLevels.Vm).IsAvailable)
            return;
        using var metrics = new Measured(bed.Services);

        (await bed.OutcomeAsync("/p/Scripted/1.0.0/fill")).ShouldBeOfType<DispatchOutcome.Crashed>();

        await Eventually.BeTrueAsync(() => bed.Events.Of<InstanceCrashed>().Count > 0);
        await ToldAsync(bed, metrics, "Scripted");
    }

    [Theory]
    [InlineData(null, 6, "Out of memory.")]
    [InlineData(139, null, "Out of memory")]
    [InlineData(134, null, "# Fatal process out of memory: Zone")]
    [InlineData(null, 6, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory")]
    public void What_runtimes_say_of_such_an_end_is_known(int? code, int? signal, string line) =>
        MemoryEnd.IsToldBy(new ChildExit(code, signal), ["before", line, "----- Native stack trace -----"]).ShouldBeTrue();

    [Theory]
    [InlineData(0, null, "Out of memory.")]
    [InlineData(1, null, "Out of memory.")]
    [InlineData(null, 11, "I fear to be out of memory soon")]
    [InlineData(null, 6, "FATAL ERROR: something else")]
    public void Other_ends_and_other_lines_are_none(int? code, int? signal, string line) => MemoryEnd.IsToldBy(new ChildExit(code, signal), [line]).ShouldBeFalse();

    private static Task<PluginBed> StartAsync(string name, int megabytes, IWorkerLevel level) => PluginBed.StartAsync(
        new HostOptions
        {
            InProcessTrustLevels = new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = name },
            WorkerLimits = new WorkerLimits { MemoryBytes = (long)megabytes << 20, TemporaryBytes = 8L << 20 },
        },
        level);

    // The end may come before the answer, in the middle of it, or after it; and several calls may meet the same one.
    private static async Task AskAsync(PluginBed bed, string path)
    {
        try
        {
            (await bed.Http.GetAsync(path)).Dispose();
        }
        catch (HttpRequestException)
        {
            // Cut off in the middle of the answer.
        }
    }

    private static async Task ToldAsync(PluginBed bed, Measured metrics, string slug = "Hungry")
    {
        var crash = bed.Events.Of<InstanceCrashed>()[^1];
        crash.Reason.ShouldContain("ended for want of memory");
        bed.Events.Of<LimitReached>().ShouldContain(reached => reached.Slug == slug && reached.Limit == "memory", crash.Reason);
        await Eventually.BeTrueAsync(() => metrics.Sums.ContainsKey($"plugin_limits_exceeded_total{{limit=memory,plugin_slug={slug}}}"));
    }

    /// <summary>A level whose workers may have little private data.</summary>
    private sealed class LittleData(IWorkerLevel level) : IWorkerLevel
    {
        public string Name => level.Name;

        public ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken) => level.ProbeAsync(cancellationToken);

        public async ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken)
        {
            var command = await level.PrepareAsync(launch, cancellationToken);
            return command with { Hardening = command.Hardening with { DataBytes = 300L << 20 } };
        }
    }
}
