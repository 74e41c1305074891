using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Enforcement;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustPoliciesTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private ITrustPolicyBook Book => Part<ITrustPolicyBook>();

    [Fact]
    public async Task A_changed_policy_is_in_force_here_at_once_and_on_other_nodes_in_the_next_round()
    {
        await using var node = AnotherNode(Database);

        (await SetAsync(TrustLevels.Community, new { cool_down_seconds = 86_400, capability_ceiling = new[] { "network:http-client", "filesystem:read-config", "filesystem:write-temp", "security:crypto-operations" } })).ShouldBeEmpty();

        Part<ITrustPolicies>().Of(TrustLevels.Community).CoolDown.ShouldBe(TimeSpan.FromDays(1));
        await node.GetRequiredService<TrustExpiryService>().SettleAsync(CancellationToken.None);
        node.GetRequiredService<ITrustPolicies>().Of(TrustLevels.Community).CoolDown.ShouldBe(TimeSpan.FromDays(1));
        var entry = (await Book.FindAsync(TrustLevels.Community))!;
        entry.ShouldSatisfyAllConditions(e => e.IsDefault.ShouldBeFalse(), e => e.SetBy.ShouldBe(Cyd), e => e.Reason.ShouldBe("Because."));
        entry.Policy.RateFactor.ShouldBe(1, "what was not named stays");
        (await EventsAsync("berth.trust.policy_changed"), await AuditsAsync("trust.set_policy")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Ceilings_do_not_widen_downwards_whichever_end_is_changed()
    {
        (await SetAsync(TrustLevels.Untrusted, new { capability_ceiling = new[] { "process:spawn-child" } })).ShouldNotBeEmpty();
        (await SetAsync(TrustLevels.Untrusted, new { capability_ceiling = (string[]?)null })).ShouldNotBeEmpty();
        (await SetAsync(TrustLevels.Verified, new { capability_ceiling = Array.Empty<string>() })).ShouldNotBeEmpty();
        (await SetAsync(TrustLevels.Untrusted, new { isolation = "none" })).ShouldNotBeEmpty();
        (await SetAsync(TrustLevels.Quarantined, new { capability_ceiling = new[] { "network:http-client" } })).ShouldNotBeEmpty();
        (await CountAsync("trust_policy")).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"capability_ceiling":["no:such"]}""")]
    [InlineData("""{"isolation":"strong"}""")]
    [InlineData("""{"isolation":null}""")]
    [InlineData("""{"required_signatures":["me"]}""")]
    [InlineData("""{"required_scanners":[null]}""")]
    [InlineData("""{"required_scanners":["luck"]}""")]
    [InlineData("""{"cool_down_seconds":-1}""")]
    [InlineData("""{"cool_down_seconds":9223372036854775807}""")]
    [InlineData("""{"cool_down_seconds":"1d"}""")]
    [InlineData("""{"rate_factor":0}""")]
    [InlineData("""{"holds_from":"terrible"}""")]
    [InlineData("""{"holds_from":"high","refuses_from":"low"}""")]
    [InlineData("""{"limits":{"memory_megabytes":0}}""")]
    [InlineData("""{"limits":{"processes":31}}""")]
    [InlineData("""{"limits":{"open_files":127}}""")]
    [InlineData("""{"limits":{"file_size_megabytes":0}}""")]
    [InlineData("""{"limits":{"disk_megabytes":1048577}}""")]
    [InlineData("""{"limits":{"bandwidth_kilobytes":0.5}}""")]
    [InlineData("""{"limits":{"bandwidth_kilobytes":99999999999}}""")]
    [InlineData("""{"limits":{"disk_megabyte":1}}""")]
    [InlineData("""{"cooldown":1}""")]
    public async Task What_makes_no_policy_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        (await Book.SetAsync(TrustLevels.Community, document.RootElement, Cyd, "x", isDryRun: false)).ShouldNotBeEmpty();
        (await Book.FindAsync(TrustLevels.Community))!.IsDefault.ShouldBeTrue();
    }

    [Fact]
    public async Task All_eight_limits_are_kept_and_what_is_wrong_with_them_is_told_at_once_with_the_ranges()
    {
        var limits = new UsageLimits
        {
            MemoryMegabytes = 128,
            CpuPercent = 50,
            Processes = 64,
            OpenFiles = 256,
            FileSizeMegabytes = 2,
            DiskMegabytes = 8,
            ExecutionSeconds = 5,
            BandwidthKilobytes = 100,
        };
        var changes = new
        {
            limits = new { memory_megabytes = 128, cpu_percent = 50, processes = 64, open_files = 256, file_size_megabytes = 2, disk_megabytes = 8, execution_seconds = 5, bandwidth_kilobytes = 100 },
        };
        (await SetAsync(TrustLevels.Community, changes)).ShouldBeEmpty();
        Part<ITrustPolicies>().Of(TrustLevels.Community).Limits.ShouldBe(limits);
        UsageLimits.Names.Count.ShouldBe(8);

        (await SetAsync(TrustLevels.Community, new { limits = new { processes = 1, disk_megabytes = 0 } })).ShouldBe(
            ["limits.processes: a whole number from 32 to 100000, or null for none.", "limits.disk_megabytes: a whole number from 1 to 1048576, or null for none."]);
        (await SetAsync(TrustLevels.Community, new { limits = new { disk = 1 } })).ShouldHaveSingleItem().ShouldStartWith("limits.disk: there is no such limit. There are memory_megabytes, ");
    }

    [Fact]
    public async Task A_dry_run_judges_and_changes_nothing()
    {
        (await SetAsync(TrustLevels.Community, new { auto_update = true }, isDryRun: true)).ShouldBeEmpty();
        Part<ITrustPolicies>().Of(TrustLevels.Community).AutoUpdate.ShouldBeFalse();
        (await Book.FindAsync("nonsense")).ShouldBeNull();
    }

    private Task<IReadOnlyList<string>> SetAsync(string level, object changes, bool isDryRun = false) =>
        Book.SetAsync(level, JsonSerializer.SerializeToElement(changes), Cyd, "Because.", isDryRun);

    public sealed class OnSqlite() : TrustPoliciesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustPoliciesTests(DatabaseKind.PostgreSql);
}
