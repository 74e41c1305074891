using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class WorkerFiguresTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.1.0");

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartWithWorkersAsync(new HostOptions { Jitter = () => 0 });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_worker_is_shown_with_its_process_memory_and_processor_time()
    {
        await _bed.Http.GetStringAsync("/p/Echo/1.1.0/version");
        var worker = _bed.Pool.Snapshot().ShouldHaveSingleItem().Worker.ShouldNotBeNull();
        Directory.Exists($"/proc/{worker.ProcessId}").ShouldBeTrue();
        worker.ProcessId.ShouldNotBe(Environment.ProcessId);
        worker.MemoryBytes.ShouldBeInRange(5L << 20, 2L << 30);
        worker.MemoryLimitBytes.ShouldBe(new HostOptions().WorkerLimits.MemoryBytes);
        worker.ProcessorTime.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Threads_that_the_host_starts_for_all_workers_are_not_the_first_plugins()
    {
        await _bed.Http.GetStringAsync("/p/Echo/1.1.0/version");
        Snapshot().Usage!.Threads.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_ended_workers_used_stays_in_the_versions_account()
    {
        await _bed.Http.GetStringAsync("/p/Echo/1.1.0/version");
        var before = Snapshot().Usage!.WorkerTime;
        before.ShouldBeGreaterThan(TimeSpan.Zero);

        await _bed.Pool.UnloadAsync(Echo);

        Snapshot().Worker.ShouldBeNull();
        Snapshot().Usage!.WorkerTime.ShouldBeGreaterThanOrEqualTo(before);
        await _bed.Http.GetStringAsync("/p/Echo/1.1.0/version");
        var after = Snapshot();
        after.Usage!.WorkerTime.ShouldBeGreaterThan(before, "the second worker is counted besides the first");
        after.Usage.WorkerTime.ShouldBeGreaterThan(after.Worker!.ProcessorTime);
    }

    [Fact]
    public async Task In_the_hosts_own_process_there_is_no_worker_to_show()
    {
        await using var bed = await PluginBed.StartAsync(hasAllLevels: true);
        await bed.Http.GetStringAsync("/p/Greeter/1.0.0/version");
        bed.Pool.Snapshot().ShouldAllBe(instance => instance.Worker == null);
    }

    private Berth.Host.States.InstanceSnapshot Snapshot() => _bed.Pool.Snapshot().ShouldHaveSingleItem();
}
