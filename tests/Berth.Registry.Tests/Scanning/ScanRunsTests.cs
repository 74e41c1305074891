using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Registry.Scanning;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Scanning;

public abstract class ScanRunsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private static readonly Indicator Bad = new(IndicatorKind.Text, "bad-server", "bad server", Severity.Critical);

    [Fact]
    public async Task A_new_rule_is_put_to_everything_published_and_what_it_names_goes_to_the_reviewers()
    {
        await PublishedAsync(ScanPackages.Of("Good", "1.0.0", ("dist/a.js", "f('fine')")));
        await PublishedAsync(ScanPackages.Of("Evil", "1.0.0", ("dist/a.js", "f('bad-server')")));
        var run = await Part<IScanRuns>().StartAsync("A new rule.", [Bad], Ada);
        run.ShouldSatisfyAllConditions(() => run.State.ShouldBe("running"), () => run.Total.ShouldBe(2));

        await Worker().WorkAsync(CancellationToken.None);

        var ended = (await Part<IScanRuns>().FindAsync(run.Id)).ShouldNotBeNull();
        (ended.State, ended.Done, ended.Worse, ended.Held, ended.Failed).ShouldBe(("ended", 2L, 1L, 1L, 0L));
        (await Catalog.FindAsync("Evil")).ShouldBeNull();
        (await Catalog.FindAsync("Good")).ShouldNotBeNull();
        (await Part<IReviews>().OfVersionAsync("Evil", "1.0.0")).ShouldNotBeNull().Reasons.ShouldHaveSingleItem().Code.ShouldBe("scan.findings");
        // The rule stays in force for what comes.
        (await PublishAsync(ScanPackages.Of("Next", "1.0.0", ("dist/a.js", "f('bad-server')")))).ShouldBeOfType<PublishOutcome.Held>();
    }

    [Fact]
    public async Task A_run_that_finds_nothing_new_holds_nothing()
    {
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("dist/a.js", "eval(x)")), administrator: true);
        await Trust.DecideAsync("Notes", "community", Bob, "Not reviewed.");
        var run = await Part<IScanRuns>().StartAsync("Again.", [], Ada);

        await Worker().WorkAsync(CancellationToken.None);

        // What was let through with this finding is not held for the same finding.
        (await Part<IScanRuns>().FindAsync(run.Id)).ShouldNotBeNull().Held.ShouldBe(0);
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_run_goes_on_where_another_process_ended()
    {
        for (var i = 0; i < 4; i++)
            await PublishedAsync(ScanPackages.Of($"Plugin{i}", "1.0.0", ("dist/a.js", $"f({i})")));
        var run = await Part<IScanRuns>().StartAsync("Again.", [], Ada);
        // The process before came to the second version and died with its lease.
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE scan_run SET holder = 'dead', lease_until = @until, after_slug = 'Plugin1', after_version = '1.0.0', done = 2", new { until = now + 60_000 }));

        await Worker().WorkAsync(CancellationToken.None);
        (await Part<IScanRuns>().FindAsync(run.Id)).ShouldNotBeNull().State.ShouldBe("running");
        Time.Advance(TimeSpan.FromMinutes(2));
        await Worker().WorkAsync(CancellationToken.None);

        var ended = (await Part<IScanRuns>().FindAsync(run.Id)).ShouldNotBeNull();
        (ended.State, ended.Done).ShouldBe(("ended", 4L));
    }

    [Fact]
    public async Task An_indicator_is_found_in_everything_with_file_and_line()
    {
        await PublishedAsync(ScanPackages.Of("Alpha", "1.0.0", ("dist/a.js", "1;\nf('bad-server')")));
        await PublishedAsync(ScanPackages.Of("Beta", "1.0.0", ("dist/a.js", "f('fine')")));
        await PublishedAsync(ScanPackages.Of("Gamma", "1.0.0", ("README.md", "bad-server")));

        var page = await Part<IScanRuns>().SearchAsync(Bad, null);

        page.Hits.Select(hit => (hit.Slug, hit.File, hit.Line)).ShouldBe([("Alpha", "dist/a.js", 2), ("Gamma", "README.md", 1)]);
        (page.Searched, page.NextCursor).ShouldBe((3, null));
        (await Part<IScanRuns>().SearchAsync(Bad, "Alpha\n1.0.0")).Hits.ShouldHaveSingleItem().Slug.ShouldBe("Gamma");
    }

    private ScanRunService Worker() => ActivatorUtilities.CreateInstance<ScanRunService>(Provider);

    public sealed class OnSqlite() : ScanRunsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ScanRunsTests(DatabaseKind.PostgreSql);
}
