using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Usage;

public sealed class PressureRetirementTests : IAsyncLifetime
{
    private double _load;
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions
    {
        MemoryLoad = () => Volatile.Read(ref _load),
        MemoryPressureInterval = TimeSpan.FromMilliseconds(20),
    });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task The_instance_that_was_idle_for_longest_goes_first_and_one_with_a_lease_stays()
    {
        using var held = await _bed.LeaseAsync("Guarded");
        _bed.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var slug in new[] { "Reflective", "Echo", "Stubborn" })
        {
            (await _bed.LeaseAsync(slug)).Dispose();
            _bed.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Volatile.Write(ref _load, 0.95);
        await Eventually.BeTrueAsync(() => _bed.Events.Of<InstanceRetired>().Count == 3);
        _bed.Events.Of<InstanceRetired>().Select(retired => (retired.Slug, retired.Reason)).ShouldBe([("Reflective", "pressure"), ("Echo", "pressure"), ("Stubborn", "pressure")]);
        await Eventually.BeTrueAsync(() => _bed.Events.Of<MemoryPressure>().Count == 3);
        _bed.Events.Of<MemoryPressure>().ShouldAllBe(pressure => pressure.Retired == 1 && pressure.LoadPercent == 95);
        _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Guarded").State.ShouldBe(InstanceState.Loaded);
    }

    [Fact]
    public async Task It_ends_with_the_pressure_and_what_was_retired_is_loaded_again_when_it_is_asked_for()
    {
        foreach (var slug in new[] { "Reflective", "Echo", "Stubborn" })
            (await _bed.LeaseAsync(slug)).Dispose();
        Volatile.Write(ref _load, 0.89);
        await Task.Delay(100);
        _bed.Events.Of<InstanceRetired>().ShouldBeEmpty();
        Volatile.Write(ref _load, 0.9);
        await Eventually.BeTrueAsync(() => _bed.Events.Of<MemoryPressure>().Count > 0);
        Volatile.Write(ref _load, 0);
        (await _bed.LeaseAsync("Reflective")).Dispose();
        _bed.Events.Of<InstanceRetired>().Count.ShouldBeLessThan(4);
    }
}
