using Berth.Host.Dispatch;
using Berth.Host.Isolation.Worker;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class WorkerCrashTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartWithWorkersAsync(new HostOptions { CrashBudget = 3, Jitter = () => 0 });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_killed_worker_is_started_anew_by_itself_and_serves()
    {
        var before = await WorkerAsync();
        before.Kill();
        await Eventually.BeTrueAsync(() => Running() is { } now && now != before);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        _bed.Events.Of<Berth.Events.InstanceCrashed>().ShouldHaveSingleItem().Reason.ShouldContain("signal 9");
    }

    [Fact]
    public async Task A_call_that_the_crash_interrupts_fails_with_how_the_worker_ended()
    {
        var worker = await WorkerAsync();
        var call = _bed.OutcomeAsync("/p/Echo/1.0.0/slow?ms=60000");
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].Leases > 0);
        worker.Kill();
        (await call).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldContain("signal 9");
    }

    [Fact]
    public async Task What_it_said_last_is_for_administrators_and_never_in_an_answer()
    {
        (await _bed.OutcomeAsync("/p/ExitsProcess/1.0.0/exit?saying=secret-of-ana")).ShouldBeOfType<DispatchOutcome.Crashed>().Reason.ShouldNotContain("secret-of-ana");
        await Eventually.BeTrueAsync(() => Running() is not null && _bed.Events.Of<Berth.Events.InstanceCrashed>().Count == 1);
        _bed.Time.Stop();
        await _bed.OutcomeAsync("/p/ExitsProcess/1.0.0/exit?saying=secret-of-bob");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<Berth.Events.InstanceCrashed>().Count == 2);

        var failed = await _bed.FailAsync("ExitsProcess");

        failed.Code.ShouldBe("plugin.crashed");
        failed.Reason.ShouldBe("ExitsProcess 1.0.0 crashed: its worker process ended with exit code 3.");
        var shown = _bed.Pool.Snapshot().ShouldHaveSingleItem();
        shown.LastFailure.ShouldNotBeNull().ShouldEndWith("Its last words: secret-of-bob");
        (shown.Reason ?? "").ShouldNotContain("secret-of");
        _bed.Events.Of<Berth.Events.InstanceCrashed>().Select(crash => crash.Reason[^13..]).ShouldBe(["secret-of-ana", "secret-of-bob"]);
    }

    [Fact]
    public async Task Of_a_long_trace_an_administrator_sees_what_it_is_of()
    {
        await _bed.OutcomeAsync("/p/ExitsProcess/1.0.0/exit?traced=20&saying=" + Uri.EscapeDataString("Unhandled exception. System.InvalidOperationException: no ink"));
        await Eventually.BeTrueAsync(() => _bed.Events.Of<Berth.Events.InstanceCrashed>().Count == 1);
        var reason = _bed.Events.Of<Berth.Events.InstanceCrashed>().Single().Reason;
        reason.ShouldContain("Its last words: Unhandled exception. System.InvalidOperationException: no ink |    at Somewhere.Deep.Method0(");
        reason.Length.ShouldBeLessThan(4200);
    }

    [Fact]
    public async Task Crashes_after_the_first_wait_and_the_budget_ends_them()
    {
        (await WorkerAsync()).Kill();
        await Eventually.BeTrueAsync(() => Running() is not null && _bed.Events.Of<Berth.Events.InstanceCrashed>().Count == 1);
        _bed.Time.Stop();
        Running()!.Kill();
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].State == InstanceState.Failed && _bed.Events.Of<Berth.Events.InstanceCrashed>().Count == 2);
        (await _bed.FailAsync("Echo")).RetryAfter.ShouldNotBeNull();
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.BeTrueAsync(() => Running() is not null);
        Running()!.Kill();
        await Eventually.BeTrueAsync(() => _bed.Events.Of<Berth.Events.InstanceCrashBudgetSpent>().Count == 1);
        (await _bed.FailAsync("Echo")).Code.ShouldBe("plugin.crash_budget_spent");
        (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Reloaded>();
    }

    [Fact]
    public async Task An_unload_and_a_quarantine_end_the_process()
    {
        // Once more when a loaded machine did not let it end in time.
        await Eventually.BeTrueAsync(async () =>
        {
            var unloaded = await WorkerAsync();
            (await _bed.Pool.UnloadAsync(Echo)).ShouldBeOfType<UnloadOutcome.Unloaded>();
            unloaded.Exited.IsCompleted.ShouldBeTrue();
            return (await unloaded.Exited).Code == 0;
        });
        var worker = await WorkerAsync();
        await _bed.Pool.QuarantineAsync(Echo, "bad");
        worker.Exited.IsCompleted.ShouldBeTrue();
        _bed.Events.Of<Berth.Events.InstanceCrashed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reload_brings_up_a_new_process_before_the_old_one_ends()
    {
        var worker = await WorkerAsync();
        (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Reloaded>().Replaced.ShouldBeTrue();
        Running().ShouldNotBe(worker);
        await worker.Exited;
        _bed.Events.Of<Berth.Events.InstanceCrashed>().ShouldBeEmpty();
    }

    private async Task<WorkerInstance> WorkerAsync()
    {
        await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        return Running()!;
    }

    private WorkerInstance? Running() => ((InstancePool)_bed.Pool).Running().SingleOrDefault()?.Parts.Worker;
}
