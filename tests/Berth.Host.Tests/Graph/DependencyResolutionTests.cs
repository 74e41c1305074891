using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Graph;

/// <summary>One version that needs others, through the real pool.</summary>
public sealed class DependencyResolutionTests : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("berth-link-").FullName;
    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", _state);
        _bed = await PluginBed.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _bed.DisposeAsync();
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", null);
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task A_lease_brings_up_what_the_version_needs_first()
    {
        Chain();

        using var lease = await _bed.LeaseAsync("App");

        Lines("started.txt").ShouldBe(["Base", "Mid", "App"]);
        _bed.Events.Of<DependencyResolved>().Select(resolved => $"{resolved.Slug}: {string.Join(", ", resolved.Dependencies)}").ShouldBe(["App: Mid 1.0.0", "Mid: Base 1.0.0"]);
        _bed.Events.Of<DependencyWaiting>().Select(waiting => waiting.Slug).ShouldBe(["App", "Mid"]);
    }

    [Fact]
    public async Task Many_who_need_the_same_wait_for_one_load_of_it()
    {
        _bed.Source.Add("Base");
        for (var i = 0; i < 20; i++)
            _bed.Source.Add($"P{i}", Needs("Base"));

        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _bed.LeaseAsync($"P{i}"))));

        _bed.Pool.Statistics.Created.ShouldBe(21);
        Lines("started.txt")[0].ShouldBe("Base");
        foreach (var lease in leases)
            lease.Dispose();
    }

    [Fact]
    public async Task The_newest_version_in_the_store_that_fits_is_the_one_that_runs()
    {
        _bed.Source.Add("App", "\"dependencies\": { \"Lib\": \"^1\" }");
        foreach (var version in new[] { "1.2.0", "1.10.0", "2.0.0" })
            _bed.Source.Add("Lib", version: version);

        (await _bed.LeaseAsync("App")).Dispose();

        Running().ShouldBe(["App 1.0.0", "Lib 1.10.0"]);
    }

    [Fact]
    public async Task A_dead_dependency_is_the_reason_and_a_mended_one_lets_the_dependant_run_at_once()
    {
        var dead = _bed.Source.Add("Dead", fixture: "ThrowsInStart");
        _bed.Source.Add("App", Needs("Dead"));

        var failed = await _bed.FailAsync("App");

        failed.Code.ShouldBe("dependency.failed");
        failed.Reason.ShouldStartWith("App 1.0.0 needs Dead 1.0.0, which does not run: Dead 1.0.0 cannot run: ");
        _bed.Events.Of<DependencyUnmet>().ShouldHaveSingleItem().Slug.ShouldBe("App");

        _bed.Source.Add("Dead");
        await _bed.Pool.ReloadAsync(dead);
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        (await _bed.LeaseAsync("App")).Dispose();
    }

    [Fact]
    public async Task All_that_is_missing_is_told_at_once()
    {
        _bed.Source.Add("Lib");
        _bed.Source.Add("App", "\"dependencies\": { \"Gone\": \"*\", \"Lib\": \"^2\" }");

        var failed = await _bed.FailAsync("App");

        failed.Code.ShouldBe("dependency.missing");
        failed.Reason.ShouldContain("App 1.0.0 needs Gone *, and the store of this host has no version of it.");
        failed.Reason.ShouldContain("App 1.0.0 needs Lib ^2, and the store of this host has only 1.0.0.");
    }

    [Fact]
    public async Task R34_a_circle_answers_at_once_with_its_name_and_waits_for_nobody()
    {
        _bed.Source.Add("A1", Needs("B1"));
        _bed.Source.Add("B1", Needs("A1"));

        var failed = await Task.WhenAll(_bed.FailAsync("A1"), _bed.FailAsync("B1"));

        failed.ShouldAllBe(failure => failure.Code == "dependency.cycle");
        failed[0].Reason.ShouldStartWith("A1 1.0.0 → B1 1.0.0 → A1 1.0.0: ");
        _bed.Events.Of<DependencyCycle>()[0].Members.ShouldBe(["A1 1.0.0", "B1 1.0.0"]);
    }

    [Fact]
    public async Task What_is_used_and_does_not_run_is_no_failure()
    {
        _bed.Source.Add("Extra", fixture: "ThrowsInStart");
        _bed.Source.Add("App", "\"optionalDependencies\": [\"Extra\", \"Gone\"]");

        (await _bed.LeaseAsync("App")).Dispose();
    }

    [Fact]
    public async Task What_a_running_version_needs_is_not_retired_for_being_idle()
    {
        Chain();
        var lease = await _bed.LeaseAsync("App");
        _bed.Time.Advance(TimeSpan.FromHours(1));

        (await _bed.Pool.RetireIdleAsync()).ShouldBe(0);

        lease.Dispose();
        await _bed.Pool.UnloadAsync(new PluginVersionId("App", "1.0.0"));
        _bed.Time.Advance(TimeSpan.FromHours(1));
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(1);
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(1);
        Running().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_whose_own_start_fails_holds_nothing()
    {
        _bed.Source.Add("Base");
        _bed.Source.Add("Bad", Needs("Base"), fixture: "ThrowsInStart");
        _bed.Source.Add("Lost", Needs("Base"), fixture: "Link");
        _bed.Source.Trust("Lost", "community");
        await _bed.FailAsync("Bad");
        (await _bed.FailAsync("Lost")).Code.ShouldBe("isolation.unavailable");
        await _bed.Pool.UnloadAsync(new PluginVersionId("Bad", "1.0.0"));

        _bed.Time.Advance(TimeSpan.FromHours(1));

        (await _bed.Pool.RetireIdleAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_dependency_can_be_unloaded_and_reloaded_by_decision_while_it_is_needed()
    {
        Chain();
        (await _bed.LeaseAsync("App")).Dispose();
        var needed = new PluginVersionId("Base", "1.0.0");

        (await _bed.Pool.ReloadAsync(needed)).ShouldBeOfType<ReloadOutcome.Reloaded>().Replaced.ShouldBeTrue();
        (await _bed.Pool.UnloadAsync(needed)).ShouldBeOfType<UnloadOutcome.Unloaded>();

        Running().ShouldBe(["App 1.0.0", "Mid 1.0.0"]);
    }

    [Fact]
    public async Task A_reload_of_a_dependant_keeps_what_it_needs_held()
    {
        Chain();
        (await _bed.LeaseAsync("App")).Dispose();

        (await _bed.Pool.ReloadAsync(new PluginVersionId("Mid", "1.0.0"))).ShouldBeOfType<ReloadOutcome.Reloaded>();
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Mid").Replaced == 0);
        using var lease = await _bed.LeaseAsync("App");
        _bed.Time.Advance(TimeSpan.FromHours(1));

        (await _bed.Pool.RetireIdleAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task At_stop_those_who_need_a_version_stop_before_it()
    {
        Chain();
        (await _bed.LeaseAsync("App")).Dispose();

        await _bed.Pool.SetSafeModeAsync(true, "a test says so");

        Lines("stopped.txt").ShouldBe(["App", "Mid", "Base"]);
    }

    private void Chain()
    {
        _bed.Source.Add("Base");
        _bed.Source.Add("Mid", Needs("Base"));
        _bed.Source.Add("App", Needs("Mid"));
    }

    private static string Needs(string slug) => $"\"dependencies\": [\"{slug}\"]";

    private string[] Lines(string file) => File.ReadAllLines(Path.Combine(_state, file));

    private IEnumerable<string> Running() => _bed.Pool.Snapshot().Where(instance => instance.State == InstanceState.Loaded).Select(instance => instance.Id.ToString());
}
