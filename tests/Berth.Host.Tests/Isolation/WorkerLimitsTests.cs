using Berth.Host.Isolation;
using Berth.Packaging.Enforcement;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation;

public sealed class WorkerLimitsTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void The_least_of_administrator_policy_and_manifest_wins()
    {
        var rule = new PlacementRule("process", 128L << 20, 0.5, TimeSpan.FromSeconds(3)) { Processes = 50, TemporaryBytes = 4 << 20 };
        var limits = Of(new ResourceLimitsManifest(200L << 20, 25, 1 << 20, 1000, 9000), rule);
        limits.MemoryBytes.ShouldBe(128L << 20);
        limits.ProcessorShare.ShouldBe(0.25);
        limits.Processes.ShouldBe(50);
        limits.FileBytes.ShouldBe(1 << 20);
        limits.TemporaryBytes.ShouldBe(4 << 20);
        limits.NetworkBytesPerSecond.ShouldBe(1000);
        limits.RequestTime.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_manifest_never_gets_more_by_asking() =>
        Of(new ResourceLimitsManifest(long.MaxValue, 6400, long.MaxValue, long.MaxValue, 86_400_000), null)
            .ShouldBe(new WorkerLimits { RequestTime = new HostOptions().RequestTimeLimit });

    [Fact]
    public void A_runtime_always_has_what_it_needs_itself()
    {
        var limits = Of(new ResourceLimitsManifest(1, null, null, null, null), new PlacementRule("process", null, null, null) { Processes = 1, OpenFiles = 1 });
        (limits.MemoryBytes, limits.Processes, limits.OpenFiles).ShouldBe((64L << 20, 32, 128));
    }

    [Fact]
    public void A_file_is_never_larger_than_all_files_together() =>
        Of(new ResourceLimitsManifest(null, null, 32 << 20, null, null), new PlacementRule("process", null, null, null) { TemporaryBytes = 8 << 20 }).FileBytes.ShouldBe(8 << 20);

    [Fact]
    public void A_rule_is_what_was_written_down_in_its_units()
    {
        var rule = PlacementRule.Of("sandbox", new UsageLimits
        {
            MemoryMegabytes = 128,
            CpuPercent = 50,
            Processes = 64,
            OpenFiles = 256,
            FileSizeMegabytes = 2,
            DiskMegabytes = 8,
            ExecutionSeconds = 5,
            BandwidthKilobytes = 100,
        });
        rule.ShouldBe(new PlacementRule("sandbox", 128 * Megabyte, 0.5, TimeSpan.FromSeconds(5)) { Processes = 64, OpenFiles = 256, FileBytes = 2 * Megabyte, TemporaryBytes = 8 * Megabyte, NetworkBytesPerSecond = 102_400 });
        PlacementRule.Of("process", null).ShouldBe(new PlacementRule("process", null, null, null));
    }

    [Fact]
    public void In_every_combination_of_host_policy_rule_and_manifest_the_least_wins_and_their_order_does_not_matter()
    {
        // Each says nothing, or a number; none is below what a runtime needs.
        var number = Gen.Choose(128, 4000);
        var perhaps = Gen.OneOf(Gen.Constant((int?)null), number.Select(value => (int?)value));
        var eight = Gen.ArrayOf(perhaps, 8);
        var all = from host in Gen.ArrayOf(number, 8) from policy in eight from rule in eight from manifest in eight select (Host: host, Policy: policy, Rule: rule, Manifest: manifest);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(all.ToArbitrary(), said =>
        {
            var (policy, rule) = (RuleOf(said.Policy), RuleOf(said.Rule));
            var options = new HostOptions
            {
                RequestTimeLimit = TimeSpan.FromSeconds(said.Host[6]),
                WorkerLimits = new WorkerLimits
                {
                    MemoryBytes = said.Host[0] * Megabyte,
                    ProcessorShare = said.Host[1] / 100d,
                    Processes = said.Host[2],
                    OpenFiles = said.Host[3],
                    FileBytes = said.Host[4] * Megabyte,
                    TemporaryBytes = said.Host[5] * Megabyte,
                    NetworkBytesPerSecond = said.Host[7] * 1024,
                },
            };
            var wish = new ResourceLimitsManifest(said.Manifest[0] * Megabyte, said.Manifest[1], said.Manifest[4] * Megabyte, said.Manifest[7] * 1024, said.Manifest[6] * 1000);
            // A manifest cannot say these.
            int?[] asked = [.. said.Manifest.Select((value, index) => index is 2 or 3 or 5 ? null : value)];
            long Least(int index) => new int?[] { said.Host[index], said.Policy[index], said.Rule[index], asked[index] }.Min()!.Value;

            var limits = WorkerLimits.Of(Manifest(wish), PlacementRule.Stricter(policy, rule), options);

            limits.ShouldBe(WorkerLimits.Of(Manifest(wish), PlacementRule.Stricter(rule, policy), options));
            limits.MemoryBytes.ShouldBe(Least(0) * Megabyte);
            limits.ProcessorShare.ShouldBe(Least(1) / 100d, 0.0001);
            limits.Processes.ShouldBe((int)Least(2));
            limits.OpenFiles.ShouldBe((int)Least(3));
            limits.FileBytes.ShouldBe(Math.Min(Least(4), Least(5)) * Megabyte);
            limits.TemporaryBytes.ShouldBe(Least(5) * Megabyte);
            limits.RequestTime.ShouldBe(TimeSpan.FromSeconds(Least(6)));
            limits.NetworkBytesPerSecond.ShouldBe(Least(7) * 1024);
        }));
    }

    private static PlacementRule RuleOf(int?[] said) => PlacementRule.Of("process", new UsageLimits
    {
        MemoryMegabytes = said[0],
        CpuPercent = said[1],
        Processes = said[2],
        OpenFiles = said[3],
        FileSizeMegabytes = said[4],
        DiskMegabytes = said[5],
        ExecutionSeconds = said[6],
        BandwidthKilobytes = said[7],
    });

    private static WorkerLimits Of(ResourceLimitsManifest wish, PlacementRule? rule) => WorkerLimits.Of(Manifest(wish), rule, new HostOptions());

    private static PluginManifest Manifest(ResourceLimitsManifest wish) => new()
    {
        Name = "Notes",
        Version = SemanticVersion.Parse("1.2.3"),
        DisplayName = "Notes",
        Type = PluginType.Backend,
        Security = new SecurityManifest { Sandbox = new SandboxManifest(true, null, wish) },
    };
}
