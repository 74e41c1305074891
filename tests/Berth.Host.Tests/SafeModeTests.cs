using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests;

public sealed class SafeModeTests
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    [Fact]
    public async Task A_host_that_starts_in_safe_mode_runs_no_code_of_a_plugin_until_it_is_ended()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { SafeMode = true });
        bed.Pool.IsSafeMode.ShouldBeTrue();
        var failed = await bed.FailAsync("Echo");
        failed.Code.ShouldBe("host.safe_mode");
        failed.Reason.ShouldContain("An administrator can end safe mode");
        (await bed.Pool.ReloadAsync(Echo)).ShouldBeOfType<ReloadOutcome.Failed>().Code.ShouldBe("host.safe_mode");
        bed.Source.Finds.ShouldBe(0);

        await bed.Pool.SetSafeModeAsync(isOn: false, "all is well");
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Switching_it_on_unloads_what_runs()
    {
        await using var bed = await PluginBed.StartAsync();
        using (await bed.LeaseAsync("Echo"))
        {
        }

        await bed.Pool.SetSafeModeAsync(isOn: true, "somebody looks for a fault");
        bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Unloaded);
        (await bed.FailAsync("Echo")).Reason.ShouldContain("somebody looks for a fault");
    }
}
