using Berth.Events;
using Berth.Host.Health;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Host.Tests.Health;

/// <summary>Health of golden plugins after their load, in the host's own process and in a worker.</summary>
public abstract class PluginHealthTests(double seconds) : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await StartAsync(new HostOptions());

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    private protected abstract Task<PluginBed> StartAsync(HostOptions options);

    [Theory]
    [InlineData("healthy", HealthStatus.Healthy, null)]
    [InlineData("degraded", HealthStatus.Degraded, "the queue is long")]
    [InlineData("away", HealthStatus.Unhealthy, "the queue is away")]
    [InlineData("throws", HealthStatus.Unhealthy, "queue fault")]
    public async Task A_plugins_own_checks_are_asked_and_the_worst_counts(string state, HealthStatus status, string? description)
    {
        var report = await AskAsync(state);
        report.Status.ShouldBe(status);
        report.Entries.Select(entry => entry.Name).ShouldBe(["queue", "paper"], ignoreOrder: true);
        report.Entries.Single(entry => entry.Name == "paper").ShouldBe(new PluginHealthEntry("paper", HealthStatus.Healthy, null));
        var queue = QueueOf(report);
        queue.Status.ShouldBe(status);
        if (description is null)
            queue.Description.ShouldBeNull();
        else
            queue.Description.ShouldNotBeNull().ShouldContain(description);
    }

    [Fact]
    public async Task Checks_that_do_not_answer_in_time_are_unhealthy_and_the_version_leaves_memory_all_the_same()
    {
        await _bed.DisposeAsync();
        _bed = await StartAsync(new HostOptions { HealthCheckTimeLimit = TimeSpan.FromSeconds(seconds) });
        var report = await AskAsync("hangs");
        report.Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries.ShouldHaveSingleItem().Description.ShouldBe(FormattableString.Invariant($"they took longer than {seconds} s"));
        (await _bed.Pool.UnloadAsync(new PluginVersionId("Monitored", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task Whoever_looks_often_does_not_make_the_plugin_work_often()
    {
        _bed.Time.Stop();
        var first = QueueOf(await AskAsync("away")).Description;
        QueueOf(await CheckAsync()).Description.ShouldBe(first);
        _bed.Time.Advance(TimeSpan.FromSeconds(11));
        QueueOf(await CheckAsync()).Description.ShouldNotBe(first);
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
    public async Task A_background_service_that_is_stopped_with_its_version_is_no_failure()
    {
        (await _bed.Http.GetStringAsync("/p/BackgroundDies/1.0.0/")).ShouldBe("in");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("BackgroundDies", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        _bed.Events.Of<BackgroundFailed>().ShouldBeEmpty();
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

    private async Task<PluginHealthReport> AskAsync(string state)
    {
        await _bed.Http.GetAsync("/p/Monitored/1.0.0/set/" + state);
        return await CheckAsync();
    }

    private async Task<PluginHealthReport> CheckAsync() => (await Health().CheckAsync(new PluginVersionId("Monitored", "1.0.0"))).ShouldNotBeNull();

    private static PluginHealthEntry QueueOf(PluginHealthReport report) => report.Entries.Single(entry => entry.Name == "queue");

    private IPluginHealth Health() => _bed.Services.GetRequiredService<IPluginHealth>();
}

public sealed class InProcessPluginHealthTests() : PluginHealthTests(seconds: 0.2)
{
    private protected override Task<PluginBed> StartAsync(HostOptions options) => PluginBed.StartAsync(options);
}

public sealed class WorkerPluginHealthTests() : PluginHealthTests(seconds: 1)
{
    private protected override Task<PluginBed> StartAsync(HostOptions options) => PluginBed.StartWithWorkersAsync(options);
}
