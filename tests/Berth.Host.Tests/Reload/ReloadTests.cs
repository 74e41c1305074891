using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Reload;

public sealed class ReloadTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMinutes(2) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task No_call_fails_while_instances_are_replaced_under_load()
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
                Interlocked.Increment(ref calls);
            }
        })).ToList();
        for (var i = 0; i < 20; i++)
        {
            (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Reloaded>();
            callers.ShouldAllBe(caller => !caller.IsFaulted);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        calls.ShouldBeGreaterThan(0);
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().Single().Replaced == 0);
        _bed.Pool.Statistics.Leaked.ShouldBe(0);
        _bed.Pool.Statistics.Active.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_runs_ends_on_the_instance_it_began_on()
    {
        using (var old = await _bed.LeaseAsync("Echo"))
        {
            (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Reloaded>().Replaced.ShouldBeTrue();
            _bed.Pool.Snapshot().Single().Replaced.ShouldBe(1);
            await old.Lifecycle.CheckAsync(_bed.User.Installation(Echo));
        }

        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().Single().Replaced == 0);
        _bed.Events.Of<InstanceRetired>().Single().Reason.ShouldBe("reload");
    }

    [Fact]
    public async Task A_new_instance_that_does_not_come_up_leaves_the_old_one_in_place()
    {
        using (await _bed.LeaseAsync("Echo"))
        {
        }

        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Module = new ModuleManifest { Assembly = "lib/net10.0/Nothing.dll" } } };
        var failed = (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Failed>();
        failed.Code.ShouldBe("plugin.assembly_missing");
        failed.IsOldKept.ShouldBeTrue();
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        _bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Loaded);
        _bed.Events.Of<InstanceReloadFailed>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task R43_A_retry_really_loads_whatever_the_back_off_says()
    {
        _bed.Source.Change = _ => throw new IOException("the disk is away");
        await _bed.FailAsync("Echo");
        _bed.Source.Change = files => files;
        (await _bed.FailAsync("Echo")).Code.ShouldBe("plugin.store_failed");

        (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Reloaded>().Replaced.ShouldBeFalse();
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task R44_A_reload_reads_the_manifest_that_is_there_now()
    {
        using (await _bed.LeaseAsync("Echo"))
        {
        }

        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Monitoring = new MonitoringManifest { MaxResponseTime = 50 } } };
        await _bed.Pool.ReloadAsync(Echo);
        (await _bed.OutcomeAsync("/p/Echo/1.0.0/slow?ms=5000")).ShouldBeOfType<DispatchOutcome.TimedOut>().Limit.ShouldBe(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_version_that_is_not_in_the_store_is_not_found() =>
        (await _bed.Pool.ReloadAsync(new PluginVersionId("Nobody", "1.0.0"))).ShouldBeOfType<ReloadOutcome.NotFound>();
}
