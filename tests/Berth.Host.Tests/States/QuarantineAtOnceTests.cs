using System.Collections.Concurrent;
using System.Diagnostics;
using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.States;

/// <summary>Nothing that a plugin does, or leaves undone, keeps it running. What would be waited for here would be waited for an hour.</summary>
public sealed class QuarantineAtOnceTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);
    private static readonly HostOptions Patient = new() { DrainTime = TimeSpan.FromHours(1), HookTimeLimit = TimeSpan.FromHours(1), StartBudget = TimeSpan.FromHours(1), RequestTimeLimit = TimeSpan.FromHours(1) };

    private readonly ConcurrentQueue<int> _processes = new();

    [Fact]
    public async Task A_worker_is_killed_before_its_hooks_its_calls_and_its_stop()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(Patient, Level());
        var call = bed.Http.GetAsync("/p/NeverStops/1.0.0/hang");
        await UntilAsync(() => bed.Pool.Snapshot().SingleOrDefault()?.Leases > 0);

        await bed.Pool.QuarantineAsync(Id("NeverStops"), "it mines").WaitAsync(Guard);

        await ShouldBeRefusedAsync(call);
        ShouldBeGone();
        bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Quarantined);
        bed.Events.Of<InstanceCrashed>().ShouldBeEmpty("it did not end by itself");
        bed.Events.Of<HookFailed>().ShouldBeEmpty("no hook ran");
    }

    [Fact]
    public async Task A_worker_that_drains_already_is_not_waited_for_any_longer()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(Patient, Level());
        var call = bed.Http.GetAsync("/p/NeverStops/1.0.0/hang");
        await UntilAsync(() => bed.Pool.Snapshot().SingleOrDefault()?.Leases > 0);
        var unload = bed.Pool.UnloadAsync(Id("NeverStops"));
        await UntilAsync(() => bed.Pool.Snapshot().Single().State == InstanceState.Draining);

        await bed.Pool.QuarantineAsync(Id("NeverStops"), "it mines").WaitAsync(Guard);

        (await unload).ShouldBeOfType<UnloadOutcome.Unloaded>();
        await ShouldBeRefusedAsync(call);
        ShouldBeGone();
    }

    [Fact]
    public async Task An_instance_that_was_replaced_and_still_drains_ends_too()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(Patient, Level());
        var call = bed.Http.GetAsync("/p/NeverStops/1.0.0/hang");
        await UntilAsync(() => bed.Pool.Snapshot().SingleOrDefault()?.Leases > 0);
        (await bed.Pool.ReloadAsync(Id("NeverStops"))).ShouldBeOfType<ReloadOutcome.Reloaded>().Replaced.ShouldBeTrue();
        bed.Pool.Snapshot().Single().Replaced.ShouldBe(1);

        await bed.Pool.QuarantineAsync(Id("NeverStops"), "it mines").WaitAsync(Guard);

        await ShouldBeRefusedAsync(call);
        _processes.Count.ShouldBe(2);
        ShouldBeGone();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_load_that_runs_is_given_up(bool isInWorker)
    {
        // In process nobody can end a start that hangs: it is left alone after this long.
        var options = isInWorker ? Patient : Patient with { DrainTime = TimeSpan.FromMilliseconds(100) };
        await using var bed = isInWorker ? await PluginBed.StartWithWorkersAsync(options, Level()) : await PluginBed.StartAsync(options, Level());
        // By another name, its manifest does not make its start budget a short one.
        var id = bed.Source.Add("NeverStarts", fixture: "HangsInStart");
        var lease = bed.Pool.LeaseAsync(id).AsTask();
        await UntilAsync(() => bed.Events.Of<LoadingProgress>().Any(progress => progress.Phase == "start"));

        await bed.Pool.QuarantineAsync(id, "it mines").WaitAsync(Guard);

        var refused = (await lease).ShouldBeOfType<LeaseOutcome.Failed>();
        refused.Code.ShouldBe("plugin.quarantined");
        refused.Reason.ShouldContain("it mines");
        bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Quarantined);
        _processes.Count.ShouldBe(isInWorker ? 1 : 0);
        ShouldBeGone();
    }

    [Fact]
    public async Task In_process_calls_are_answered_whatever_their_code_does()
    {
        await using var bed = await PluginBed.StartAsync(Patient with { DrainTime = TimeSpan.FromMilliseconds(100) }, Level());
        var call = bed.Http.GetAsync("/p/Stubborn/1.0.0/hang?ms=20000");
        await UntilAsync(() => bed.Pool.Snapshot().SingleOrDefault()?.Leases > 0);

        var quarantine = bed.Pool.QuarantineAsync(Id("Stubborn"), "it mines");

        await ShouldBeRefusedAsync(call.WaitAsync(Guard));
        await quarantine.WaitAsync(Guard);
        bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Quarantined);
    }

    [Fact]
    public async Task In_process_no_hook_of_the_plugin_runs()
    {
        await using var bed = await PluginBed.StartAsync(Patient, Level());
        (await bed.LeaseAsync("HangsBeforeUnload")).Dispose();
        await bed.Pool.QuarantineAsync(Id("HangsBeforeUnload"), "it mines").WaitAsync(Guard);
        bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Quarantined);
        bed.Events.Of<HookFailed>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lifecycle_call_that_runs_says_why_it_ended(bool isInWorker)
    {
        var options = Patient with { DrainTime = TimeSpan.FromMilliseconds(100), LifecycleTimeLimit = TimeSpan.FromHours(1) };
        await using var bed = isInWorker ? await PluginBed.StartWithWorkersAsync(options, Level()) : await PluginBed.StartAsync(options, Level());
        using var lease = await bed.LeaseAsync("HangsOnInstall");
        var install = lease.Lifecycle.InstallAsync(new UserInstallation(bed.User.User, "HangsOnInstall", "1.0.0", bed.User.Data, "{}"));

        await bed.Pool.QuarantineAsync(Id("HangsOnInstall"), "it mines").WaitAsync(Guard);

        var failure = await Should.ThrowAsync<PluginCallException>(install.WaitAsync(Guard));
        failure.Code.ShouldBe("plugin.quarantined");
        failure.Message.ShouldContain("it mines");
    }

    // Starting a worker takes its time on a machine that does much else.
    private static async Task UntilAsync(Func<bool> condition)
    {
        var until = Environment.TickCount64 + (long)Guard.TotalMilliseconds;
        while (!condition())
        {
            (Environment.TickCount64 < until).ShouldBeTrue("the condition did not come true");
            await Task.Delay(5);
        }
    }

    private static async Task ShouldBeRefusedAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        ((int)answer.StatusCode).ShouldBe(503);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldStartWith("plugin.quarantined");
        text.ShouldContain("it mines");
    }

    private void ShouldBeGone()
    {
        foreach (var process in _processes)
            Should.Throw<ArgumentException>(() => Process.GetProcessById(process), $"process {process} runs still");
    }

    private BareLevel Level() => new() { Change = command => command with { Started = _processes.Enqueue } };

    private static PluginVersionId Id(string slug) => new(slug, "1.0.0");
}
