using Berth.Events;
using Berth.Host.Health;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Host.Tests.Health;

public sealed class PluginHealthTests : IAsyncLifetime
{
    private static readonly HostOptions Options = new() { HealthCheckTimeLimit = TimeSpan.FromMilliseconds(200) };

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(Options);

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("healthy", HealthStatus.Healthy, null)]
    [InlineData("degraded", HealthStatus.Degraded, "the queue is long")]
    [InlineData("away", HealthStatus.Unhealthy, "the queue is away")]
    [InlineData("throws", HealthStatus.Unhealthy, "queue fault")]
    public async Task A_plugins_own_checks_are_asked_and_the_worst_counts(string state, HealthStatus status, string? description)
    {
        var report = await AskAsync(state);
        report.Status.ShouldBe(status);
        report.Entries.Single(entry => entry.Name == "paper").Status.ShouldBe(HealthStatus.Healthy);
        var queue = report.Entries.Single(entry => entry.Name == "queue");
        queue.Status.ShouldBe(status);
        if (description is null)
            queue.Description.ShouldBeNull();
        else
            queue.Description.ShouldNotBeNull().ShouldContain(description);
    }

    [Fact]
    public async Task Checks_that_do_not_answer_in_time_are_unhealthy_and_the_version_leaves_memory_all_the_same()
    {
        var report = await AskAsync("hangs");
        report.Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries.ShouldHaveSingleItem().Description.ShouldBe("they took longer than 0.2 s");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("Monitored", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task Whoever_looks_often_does_not_make_the_plugin_work_often()
    {
        var first = (await AskAsync("away")).Entries[0].Description;
        (await CheckAsync()).Entries[0].Description.ShouldBe(first);
        _bed.Time.Advance(TimeSpan.FromSeconds(11));
        (await CheckAsync()).Entries[0].Description.ShouldNotBe(first);
    }

    [Fact]
    public async Task Looking_at_an_instance_does_not_keep_it_from_being_retired()
    {
        await AskAsync("healthy");
        _bed.Time.Advance(TimeSpan.FromMinutes(31));
        await CheckAsync();
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(1);
        (await Health().CheckAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_background_service_that_dies_is_told_and_degrades_its_plugin()
    {
        await _bed.Http.GetAsync("/p/BackgroundDies/1.0.0/die");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<BackgroundFailed>().Count > 0);
        _bed.Events.Of<BackgroundFailed>().Single().ShouldBe(new BackgroundFailed("BackgroundDies", "1.0.0", "Worker", "System.InvalidOperationException: background fault"));

        var report = (await Health().CheckAsync()).Single();
        report.Status.ShouldBe(HealthStatus.Degraded);
        report.Entries.ShouldHaveSingleItem().ShouldBe(new PluginHealthEntry("background Worker", HealthStatus.Degraded, "System.InvalidOperationException: background fault"));
        (await _bed.Http.GetStringAsync("/p/BackgroundDies/1.0.0/")).ShouldBe("in");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("BackgroundDies", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task A_background_service_that_is_stopped_with_its_version_is_no_failure()
    {
        (await _bed.Http.GetStringAsync("/p/BackgroundDies/1.0.0/")).ShouldBe("in");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("BackgroundDies", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        _bed.Events.Of<BackgroundFailed>().ShouldBeEmpty();
    }

    private async Task<PluginHealthReport> AskAsync(string state)
    {
        await _bed.Http.GetAsync("/p/Monitored/1.0.0/set/" + state);
        return await CheckAsync();
    }

    private async Task<PluginHealthReport> CheckAsync() => (await Health().CheckAsync(new PluginVersionId("Monitored", "1.0.0"))).ShouldNotBeNull();

    private IPluginHealth Health() => _bed.Services.GetRequiredService<IPluginHealth>();
}
