using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation.Limits;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Services;

/// <summary>What the host does for plugins by a capability: the same in its own process and for a worker.</summary>
public sealed class CapabilityBrokersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_granted_works_and_is_told(bool isInWorker)
    {
        await using var bed = await StartAsync(isInWorker, "security:crypto-operations", "security:audit-read");

        var closed = await bed.Http.GetStringAsync("/p/Hungry/1.0.0/seal?text=secret");
        (await bed.Http.GetStringAsync($"/p/Hungry/1.0.0/open?text={Uri.EscapeDataString(closed)}")).ShouldBe("secret");
        (await bed.Http.GetStringAsync("/p/Hungry/1.0.0/open?text=nonsense")).ShouldBe("nothing");
        var signature = Uri.EscapeDataString(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/sign?text=hello"));
        (await bed.Http.GetStringAsync($"/p/Hungry/1.0.0/verify?text=hello&signature={signature}")).ShouldBe("good");
        (await bed.Http.GetStringAsync($"/p/Hungry/1.0.0/verify?text=hallo&signature={signature}")).ShouldBe("bad");
        (await bed.Http.GetStringAsync("/p/Hungry/1.0.0/audit")).ShouldBe("plugin.install:succeeded:True");

        bed.Events.Of<CapabilityUsed>().Select(used => (used.Capability, used.Count)).ShouldBe([("security:crypto-operations", 1L), ("security:audit-read", 1L)]);
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        bed.Get<LimitWatch>().Round();
        bed.Events.Of<CapabilityUsed>()[^1].Count.ShouldBe(5);
        bed.Events.UsersOf(bed.Events.Of<CapabilityUsed>()[0]).ShouldBe([PluginBed.UserId]);
    }

    [Theory]
    [InlineData(false, "/seal?text=x", "security:crypto-operations")]
    [InlineData(true, "/seal?text=x", "security:crypto-operations")]
    [InlineData(false, "/audit", "security:audit-read")]
    [InlineData(true, "/audit", "security:audit-read")]
    public async Task What_the_user_did_not_grant_is_refused_with_the_capabilitys_name(bool isInWorker, string path, string capability)
    {
        await using var bed = await StartAsync(isInWorker);

        using var answer = await bed.Http.GetAsync("/p/Hungry/1.0.0" + path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("capability.denied");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(capability);
        bed.Events.Of<CapabilityDenied>().ShouldHaveSingleItem().Capability.ShouldBe(capability);
        bed.Events.Of<CapabilityUsed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_above_the_ceiling_is_refused_whatever_was_granted()
    {
        await using var bed = await StartAsync(isInWorker: false, "security:audit-read");
        bed.Source.Trust("Hungry", "community");

        (await bed.Http.GetAsync("/p/Hungry/1.0.0/audit")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<PluginBed> StartAsync(bool isInWorker, params string[] granted)
    {
        var bed = isInWorker ? await PluginBed.StartWithWorkersAsync() : await PluginBed.StartAsync(new HostOptions { InProcessTrustLevels = new HashSet<string> { "verified", "community" } });
        bed.User.GrantedCapabilities = granted.ToHashSet(StringComparer.Ordinal);
        return bed;
    }
}
