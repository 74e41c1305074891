using Berth.Host.Dispatch;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Tests;

public sealed class InstancePoolTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { IdleTimeout = TimeSpan.FromMinutes(30), RetireInterval = TimeSpan.FromHours(1) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task R26_The_code_of_one_version_never_serves_users_of_another()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var version = i % 2 == 0 ? "1.0.0" : "1.1.0";
            return (Expected: version, Actual: await _bed.Http.GetStringAsync($"/p/Echo/{version}/version"));
        }));
        answers.ShouldAllBe(answer => answer.Expected == answer.Actual);
        _bed.Pool.Statistics.Created.ShouldBe(2);
    }

    [Fact]
    public async Task R27_Leases_are_counted_down_and_idle_instances_retired()
    {
        var first = await _bed.LeaseAsync("Echo");
        var second = await _bed.LeaseAsync("Echo");
        Leases().ShouldBe(2);
        first.Dispose();
        first.Dispose();
        Leases().ShouldBe(1);

        _bed.Time.Advance(TimeSpan.FromHours(1));
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(0);
        second.Dispose();
        Leases().ShouldBe(0);
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(0);

        _bed.Time.Advance(TimeSpan.FromMinutes(31));
        (await _bed.Pool.RetireIdleAsync()).ShouldBe(1);
        _bed.Pool.Statistics.ShouldBe(new PoolStatistics(0, 1, 1, 0, 0));
    }

    [Fact]
    public async Task Fifty_users_who_ask_at_once_share_one_load()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _bed.LeaseAsync("Echo"))));
        _bed.Pool.Statistics.Created.ShouldBe(1);
        _bed.Source.Finds.ShouldBe(1);
        Leases().ShouldBe(50);
        foreach (var lease in leases)
            lease.Dispose();
        Leases().ShouldBe(0);
    }

    [Fact]
    public async Task No_call_fails_because_its_instance_is_retired()
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
                Interlocked.Increment(ref calls);
            }
        })).ToList();
        while (_bed.Pool.Statistics.Retired < 12)
        {
            _bed.Time.Advance(TimeSpan.FromHours(1));
            if (_bed.Pool.Statistics.Retired % 2 == 0)
                await _bed.Pool.RetireIdleAsync();
            else
                await _bed.Pool.UnloadAsync(Echo);
            callers.ShouldAllBe(caller => !caller.IsFaulted);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        calls.ShouldBeGreaterThan(0);
        _bed.Pool.Statistics.Leaked.ShouldBe(0);
    }

    [Fact]
    public async Task A_failed_load_is_tried_again_after_a_back_off_that_doubles()
    {
        var id = new PluginVersionId("ThrowsInStart", "1.0.0");
        _bed.Time.Stop();
        for (var attempt = 0; attempt < 9; attempt++)
        {
            var failed = await _bed.FailAsync(id.Slug);
            var pause = TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, attempt)));

            // Shortened at random, so that what failed together does not come back together.
            failed.RetryAfter!.Value.ShouldBeInRange(pause / 2, pause);
            _bed.Pool.Statistics.Failed.ShouldBe(attempt + 1);

            // What the attempt left behind is taken away first.
            await _bed.Pool.UnloadAsync(id);
            (await _bed.FailAsync(id.Slug)).Code.ShouldBe("plugin.start_failed");
            _bed.Pool.Statistics.Failed.ShouldBe(attempt + 1);
            _bed.Time.Advance(pause);
        }
    }

    [Fact]
    public async Task R49_A_version_that_fails_again_and_again_is_not_tried_for_ever()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { CrashBudget = 3 });
        var id = new PluginVersionId("ThrowsInStart", "1.0.0");
        for (var attempt = 1; attempt < 3; attempt++)
        {
            (await bed.FailAsync(id.Slug)).Code.ShouldBe("plugin.start_failed");
            await bed.Pool.UnloadAsync(id);
            bed.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var spent = await bed.FailAsync(id.Slug);
        spent.Code.ShouldBe("plugin.crash_budget_spent");
        spent.Reason.ShouldContain("3 times");
        spent.Reason.ShouldContain("start fault");
        spent.RetryAfter.ShouldBeNull();
        bed.Events.Of<Berth.Events.InstanceCrashBudgetSpent>().Count.ShouldBe(1);
        await bed.Pool.UnloadAsync(id);
        bed.Time.Advance(TimeSpan.FromDays(1));
        await bed.FailAsync(id.Slug);
        bed.Pool.Statistics.Failed.ShouldBe(3);

        (await bed.Pool.ReloadAsync(id)).ShouldBeOfType<ReloadOutcome.Failed>().Code.ShouldBe("plugin.start_failed");
        bed.Pool.Statistics.Failed.ShouldBe(4);
    }

    [Fact]
    public async Task A_released_failure_is_tried_again_at_once()
    {
        var id = new PluginVersionId("ThrowsInStart", "1.0.0");
        _bed.Pool.Release(id).ShouldBeFalse();
        await _bed.FailAsync(id.Slug);
        await _bed.Pool.UnloadAsync(id);
        _bed.Pool.Release(id).ShouldBeTrue();
        await _bed.FailAsync(id.Slug);
        _bed.Pool.Statistics.Failed.ShouldBe(2);
    }

    [Fact]
    public async Task Unloading_what_is_not_loaded_says_so()
    {
        (await _bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.NotLoaded>();
        using (await _bed.LeaseAsync("Echo"))
        {
        }

        (await _bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.Unloaded>();
        (await _bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.NotLoaded>();
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_load_of_others()
    {
        using var impatient = new CancellationTokenSource();
        var gone = _bed.Pool.LeaseAsync(Echo, impatient.Token).AsTask();
        await impatient.CancelAsync();
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Id.ShouldBe(Echo);
        try
        {
            (await gone).ShouldBeOfType<LeaseOutcome.Leased>().Lease.Dispose();
        }
        catch (OperationCanceledException)
        {
            // Either is right, depending on who was faster.
        }

        _bed.Pool.Statistics.Created.ShouldBe(1);
    }

    [Fact]
    public async Task A_lease_that_was_given_back_cannot_be_used()
    {
        var lease = await _bed.LeaseAsync("Echo");
        lease.Dispose();
        Should.Throw<ObjectDisposedException>(() => lease.Lifecycle);
    }

    [Fact]
    public async Task A_lease_that_outlives_an_unload_says_so_instead_of_calling()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(50) });
        using var lease = await bed.LeaseAsync("Echo");
        (await bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.Unloaded>();

        var outcome = await lease.DispatchAsync(new DefaultHttpContext(), bed.User, "/p/Echo", "/version");
        outcome.ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain("Take a new lease");
        (await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.InstallAsync(bed.User.Installation(Echo)))).Reason.ShouldContain("Take a new lease");
        using var other = await bed.LeaseAsync("Echo");
        other.Lifecycle.IsOwn.ShouldBeTrue();
    }

    [Fact]
    public async Task The_snapshot_is_ordered_and_tells_the_state()
    {
        using var b = await _bed.LeaseAsync("Stubborn");
        using var a = await _bed.LeaseAsync("Echo", "1.1.0");
        var snapshot = _bed.Pool.Snapshot();
        snapshot.Select(instance => instance.Id.Slug).ShouldBe(["Echo", "Stubborn"]);
        snapshot.ShouldAllBe(instance => instance.State == InstanceState.Loaded && instance.Isolation == "none" && instance.Leases == 1 && instance.LoadedAt != null);
    }

    [Fact]
    public async Task All_is_unloaded_when_the_host_stops()
    {
        var bed = await PluginBed.StartAsync();
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        var pool = bed.Pool;
        await bed.DisposeAsync();
        pool.Snapshot().Single().State.ShouldBe(InstanceState.Unloaded);
        (await pool.LeaseAsync(Echo)).ShouldBeOfType<LeaseOutcome.Failed>().Code.ShouldBe("host.stopping");
    }

    [Fact]
    public async Task A_host_that_stops_does_not_look_for_what_stays_in_memory()
    {
        var bed = await PluginBed.StartAsync();
        using (await bed.LeaseAsync("LeaksEvent"))
        {
        }

        var pool = bed.Pool;
        await bed.DisposeAsync();
        pool.Snapshot().Single().State.ShouldBe(InstanceState.Unloaded);
        pool.Statistics.ShouldBe(new PoolStatistics(0, 1, 1, 0, 0));
    }

    private int Leases() => _bed.Pool.Snapshot().Single().Leases;
}
