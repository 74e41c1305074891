using Berth.Host.Isolation.InProcess;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Tests.Isolation.InProcess;

public sealed class ContextWatchTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_leak_that_goes_later_is_told_and_its_state_stays()
    {
        var stop = Path.Combine(Path.GetTempPath(), "berth-host-" + Guid.NewGuid().ToString("N"));
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STOP", stop);
        try
        {
            (await _bed.LeaseAsync("LeaksThread")).Dispose();
            var leaked = (await _bed.Pool.UnloadAsync(new PluginVersionId("LeaksThread", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Leaked>();
            leaked.Roots.ShouldContain(root => root.StartsWith("a thread that runs its code: "));
            Leak().CollectedAt.ShouldBeNull();
            await File.WriteAllTextAsync(stop, "");
            await Eventually.BeTrueAsync(() =>
            {
                GC.Collect();
                return Leak().CollectedAt is not null;
            });
            Leak().CollectedAt!.Value.ShouldBeGreaterThanOrEqualTo(Leak().UnloadedAt);
            _bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Leaked);
        }
        finally
        {
            await File.WriteAllTextAsync(stop, "");
            File.Delete(stop);
        }
    }

    [Fact]
    public async Task A_listener_that_stayed_is_found_in_the_frameworks_list()
    {
        (await _bed.LeaseAsync("LeaksListener")).Dispose();
        var leaked = (await _bed.Pool.UnloadAsync(new PluginVersionId("LeaksListener", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Leaked>();
        leaked.Roots.ShouldContain(root => root.Contains("MeterListener.") && root.Contains("OnInstrument"));
    }

    [Fact]
    public void It_counts_what_went_at_once_what_stayed_and_what_went_later()
    {
        var watch = new ContextWatch(TimeProvider.System, NullLogger<ContextWatch>.Instance);
        var kept = new object();
        watch.AddGone();
        watch.AddStayed(new PluginVersionId("A", "1.0.0"), new WeakReference(kept));
        watch.AddStayed(new PluginVersionId("A", "1.0.0"), new WeakReference(null), "A.Contracts");
        watch.Look();
        watch.Counts.ShouldBe(new ContextCounts(Gone: 1, Stayed: 2, GoneLater: 1));
        watch.Counts.Alive.ShouldBe(1);
        watch.Of(new PluginVersionId("A", "1.0.0")).Select(leak => (leak.Name, leak.CollectedAt is null)).ShouldBe([("A 1.0.0", true), ("A.Contracts", false)]);
        GC.KeepAlive(kept);
    }

    private LeakedContext Leak() => _bed.Pool.Snapshot().Single().Leaks.ShouldHaveSingleItem();
}
