using System.Globalization;

namespace Berth.Server.Tests.Kills;

/// <summary>B13: kill -9 of a real server under 16 clients. BERTH_KILLS sets how often; <c>./bench.sh b13</c> does it 200 times.</summary>
public sealed class KilledServerTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public async Task Whatever_was_acknowledged_stands_after_kills_at_random_moments_and_nothing_is_half_done()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("BERTH_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var folder = new TestFolder();

        var report = await KillRun.RunAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite", Packages(), kills, seed, output.WriteLine);

        report.Differences.ShouldBeEmpty();
        report.Findings.ShouldBeEmpty();
        report.Acknowledged.ShouldBeGreaterThan(0);
    }

    private static IEnumerable<byte[]> Packages() =>
    [
        File.ReadAllBytes(Plugins.Tests.Repository.Package(KillRun.WithCode, PluginModel.Old)),
        File.ReadAllBytes(Plugins.Tests.Repository.Package(KillRun.WithCode, PluginModel.New)),
    ];
}
