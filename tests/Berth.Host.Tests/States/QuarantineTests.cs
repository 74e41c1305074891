using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.States;

public sealed class QuarantineTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromSeconds(5) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task What_runs_is_cancelled_and_gone_and_nothing_new_starts()
    {
        var slow = _bed.Http.GetAsync("/p/Echo/1.0.0/slow?ms=60000");
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().SingleOrDefault()?.Leases > 0);
        await _bed.Pool.QuarantineAsync(Echo, "it sends data away", "alice");
        (await slow).Dispose();

        var failed = await _bed.FailAsync("Echo");
        failed.Code.ShouldBe("plugin.quarantined");
        failed.Reason.ShouldContain("it sends data away");
        failed.RetryAfter.ShouldBeNull();
        var snapshot = _bed.Pool.Snapshot().Single();
        snapshot.State.ShouldBe(InstanceState.Quarantined);
        snapshot.Reason.ShouldBe("it sends data away");
        (await _bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Failed>().Code.ShouldBe("plugin.quarantined");
        _bed.Pool.Release(Echo).ShouldBeFalse();
    }

    [Fact]
    public async Task It_holds_for_what_was_never_loaded()
    {
        await _bed.Pool.QuarantineAsync(Echo, "known bad");
        (await _bed.FailAsync("Echo")).Code.ShouldBe("plugin.quarantined");
        _bed.Source.Finds.ShouldBe(0);
        _bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBeNull("it has no place yet");
    }

    [Theory]
    [InlineData("audit", "does not run: audit. An administrator can release it.")]
    [InlineData("It mines.", "does not run: It mines. An administrator can release it.")]
    public async Task The_reason_ends_like_a_sentence(string reason, string told)
    {
        await _bed.Pool.QuarantineAsync(Echo, reason);
        (await _bed.FailAsync("Echo")).Reason.ShouldEndWith(told);
    }

    [Fact]
    public async Task What_is_released_runs_again()
    {
        await _bed.Pool.QuarantineAsync(Echo, "known bad");
        _bed.Pool.EndQuarantine(Echo).ShouldBeTrue();
        _bed.Pool.EndQuarantine(Echo).ShouldBeFalse();
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Id.ShouldBe(Echo);
    }

    [Fact]
    public async Task Other_versions_of_the_plugin_go_on()
    {
        await _bed.Pool.QuarantineAsync(Echo, "known bad");
        (await _bed.Http.GetStringAsync("/p/Echo/1.1.0/version")).ShouldBe("1.1.0");
    }
}
