using Berth.Events;
using Berth.Host.Tests.Beds;
using Berth.Host.Isolation;
using Berth.Packaging.Scanning;

namespace Berth.Host.Tests.Pipeline;

public sealed class DeclarationCheckTests
{
    [Fact]
    public async Task Code_that_uses_what_it_does_not_declare_is_not_taken_into_the_hosts_process()
    {
        await using var bed = await PluginBed.StartAsync(areDeclarationsChecked: true);

        var failed = await bed.FailAsync("Resourceful");

        failed.Code.ShouldBe("capability.undeclared");
        failed.Reason.ShouldContain("network:");
        failed.Reason.ShouldContain("Resourceful.dll");
        failed.Reason.ShouldContain("berth isolation set");
    }

    [Fact]
    public async Task What_is_declared_is_let_in_and_looked_through_once()
    {
        await using var bed = await PluginBed.StartAsync(areDeclarationsChecked: true);
        bed.Source.Add("Honest", "\"security\": { \"capabilities\": [\"network:tcp-server\", \"network:raw-socket\"] }", "Resourceful");

        (await bed.LeaseAsync("Honest")).Dispose();
        await bed.Pool.UnloadAsync(new PluginVersionId("Honest", "1.0.0"));
        (await bed.LeaseAsync("Honest")).Dispose();

        bed.Caches.Figures.Single(cache => cache.Name == "declaration").Misses.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task The_operators_own_code_is_let_in_and_told_with_what_it_uses()
    {
        await using var bed = await PluginBed.StartAsync(areDeclarationsChecked: true);
        bed.Source.Trust("Resourceful", "internal");

        (await bed.LeaseAsync("Resourceful")).Dispose();

        var told = bed.Events.Of<UndeclaredUseLetIn>().ShouldHaveSingleItem();
        (told.Slug, told.TrustLevel).ShouldBe(("Resourceful", "internal"));
        told.Reason.ShouldContain("network:");
        told.Reason.ShouldContain("BERTH_UNDECLARED_USE=none");
    }

    [Fact]
    public async Task Own_code_that_declares_what_it_uses_is_nothing_to_tell_of()
    {
        await using var bed = await PluginBed.StartAsync(areDeclarationsChecked: true);
        bed.Source.Trust("Echo", "internal");

        (await bed.LeaseAsync("Echo")).Dispose();

        bed.Events.Of<UndeclaredUseLetIn>().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_operator_may_ask_everybody()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { UndeclaredUseTrustLevels = new HashSet<string>() }, areDeclarationsChecked: true);
        bed.Source.Trust("Resourceful", "internal");

        (await bed.FailAsync("Resourceful")).Code.ShouldBe("capability.undeclared");
    }

    [Fact]
    public async Task What_the_store_found_when_the_version_came_in_is_not_looked_for_again()
    {
        await using var bed = await PluginBed.StartAsync(areDeclarationsChecked: true);
        bed.Source.Change = files => files with { UndeclaredUse = [new UndeclaredUse("lib/X.dll", "process:spawn-child", "X.Run uses System.Diagnostics.Process.Start.")] };

        (await bed.FailAsync("Link")).Reason.ShouldContain("process:spawn-child");

        bed.Caches.Figures.Single(cache => cache.Name == "declaration").Misses.ShouldBe(0);
    }

    [Fact]
    public async Task In_a_worker_the_kernel_decides_and_nobody_asks()
    {
        await using var bed = await PluginBed.StartAsync(
            new HostOptions { InProcessTrustLevels = new HashSet<string>(), WorkerLevels = new Dictionary<string, string> { ["verified"] = IsolationLevels.Process } },
            new BareLevel(), areDeclarationsChecked: true);

        (await bed.LeaseAsync("Resourceful")).Dispose();
    }
}
