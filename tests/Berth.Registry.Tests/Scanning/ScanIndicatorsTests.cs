using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;
using Berth.Registry.Publishing;
using Berth.Registry.Scanning;

namespace Berth.Registry.Tests.Scanning;

public abstract class ScanIndicatorsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private static readonly Indicator Bad = new(IndicatorKind.Text, "bad-server", "bad server", Severity.Critical);

    private IScanIndicators Indicators => Part<IScanIndicators>();

    [Fact]
    public async Task An_indicator_that_is_removed_is_looked_for_no_more()
    {
        await Part<IScanRuns>().StartAsync("A new rule.", [Bad], Ada);
        (await PublishAsync(ScanPackages.Of("Early", "1.0.0", ("dist/a.js", "f('bad-server')")))).ShouldBeOfType<PublishOutcome.Held>();
        var kept = (await Indicators.ListAsync()).ShouldHaveSingleItem();
        (kept.Kind, kept.Value, kept.Name, kept.Severity, kept.AddedBy).ShouldBe(("text", "bad-server", "bad server", "critical", Ada));

        (await Indicators.RemoveAsync(kept.Id, Bob, isDryRun: true)).ShouldBe(kept);
        (await Indicators.ListAsync()).ShouldHaveSingleItem("a dry run removes nothing");
        (await Indicators.RemoveAsync(kept.Id, Bob, isDryRun: false)).ShouldBe(kept);

        (await Indicators.ListAsync()).ShouldBeEmpty();
        await PublishedAsync(ScanPackages.Of("Late", "1.0.0", ("dist/a.js", "f('bad-server')")));
        (await Indicators.RemoveAsync(kept.Id, Bob, isDryRun: false)).ShouldBeNull("it is gone");
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT actor_id FROM audit WHERE action = 'scan.indicator_remove'"))).ShouldBe([Bob]);
    }

    public sealed class OnSqlite() : ScanIndicatorsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ScanIndicatorsTests(DatabaseKind.PostgreSql);
}
