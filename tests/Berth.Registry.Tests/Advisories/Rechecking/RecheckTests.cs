using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Registry.Advisories;
using Berth.Registry.Advisories.Rechecking;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Registry.Scanning;
using Berth.Registry.Tests.Publishing;
using Berth.Registry.Tests.Scanning;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Advisories.Rechecking;

public abstract class RecheckTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Withdrawn = ",\"withdrawn\":\"2026-02-01T00:00:00Z\"";

    private IAdvisories Advisories => Part<IAdvisories>();

    [Fact]
    public async Task What_an_import_names_is_held_by_the_policy_without_a_scan_and_its_publisher_is_told()
    {
        await KnowSomethingAsync();
        await PublishedAsync(Locked("Notes"));
        await PublishedAsync(ScanPackages.Of("Other", "1.0.0", ("dist/a.js", "f()")));
        Time.Advance(TimeSpan.FromDays(1));

        var run = await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));

        (run.Kind, run.State, run.Total, run.Done, run.Worse, run.Held, run.Lifted, run.Failed).ShouldBe(("dependencies", "ended", 1L, 1L, 1L, 1L, 0L, 0L));
        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Catalog.FindAsync("Other")).ShouldNotBeNull();
        var verdict = await VerdictAsync("Notes");
        (verdict.Outcome, verdict.RuleSet, verdict.At).ShouldBe(("findings", 1, Time.GetUtcNow()));
        verdict.Findings.ShouldHaveSingleItem().Explanation.ShouldContain("is named by GHSA-test");
        var review = (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        (review.State, review.Reasons.ShouldHaveSingleItem().Code).ShouldBe(("open", "scan.findings"));
        (await ToldAsync(Ada)).ShouldBe(["berth.package.published", "berth.package.published", "berth.advisory.affects_version", "berth.package.held"]);
    }

    [Fact]
    public async Task What_the_policy_lets_pass_is_shown_with_the_finding_and_stays_visible()
    {
        await KnowSomethingAsync();
        await PublishedAsync(Locked("Notes", isDevelopment: true));

        var run = await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));

        (run.Worse, run.Held).ShouldBe((1, 0));
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
        (await VerdictAsync("Notes")).Findings.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Low);
    }

    [Fact]
    public async Task A_withdrawn_advisory_lifts_what_only_it_held()
    {
        await KnowSomethingAsync();
        var published = await PublishedAsync(Locked("Notes"));
        Time.Advance(TimeSpan.FromDays(1));
        await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));

        var run = await RunOfAsync(await ImportAsync(ScanPackages.Advisory(modified: "2026-02-01T00:00:00Z", extra: Withdrawn)));

        (run.Done, run.Held, run.Lifted).ShouldBe((1, 0, 1));
        var version = (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        version.PublishedAt.ShouldBe(published.PublishedAt, "its cool-down does not begin again");
        (await VerdictAsync("Notes")).Outcome.ShouldBe("clean");
        var review = (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        (review.State, review.DecidedBy).ShouldBe(("approved", "system"));
        (await ToldAsync(Ada)).ShouldBe(["berth.package.published", "berth.advisory.affects_version", "berth.package.held", "berth.package.approved", "berth.package.published"]);
    }

    [Fact]
    public async Task A_version_that_was_held_at_its_publishing_for_an_advisory_alone_is_published_when_that_is_withdrawn()
    {
        await ImportAsync(ScanPackages.Advisory());
        (await PublishAsync(Locked("Notes"))).ShouldBeOfType<PublishOutcome.Held>();
        Time.Advance(TimeSpan.FromDays(1));

        (await RunOfAsync(await ImportAsync(ScanPackages.Advisory(modified: "2026-02-01T00:00:00Z", extra: Withdrawn)))).Lifted.ShouldBe(1);

        (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull().PublishedAt.ShouldBe(Time.GetUtcNow());
    }

    [Fact]
    public async Task What_something_else_holds_as_well_waits_for_a_reviewer_also_when_the_advisory_is_withdrawn()
    {
        await KnowSomethingAsync();
        await ImportAsync(ScanPackages.Advisory());
        await ImportAsync(ScanPackages.Advisory("GHSA-second"));
        (await PublishAsync(Locked("Eval", "1.0.0", ("dist/a.js", "eval(x)")))).ShouldBeOfType<PublishOutcome.Held>();
        (await PublishAsync(Locked("Twice"))).ShouldBeOfType<PublishOutcome.Held>();
        (await PublishAsync(Locked("Rejected"))).ShouldBeOfType<PublishOutcome.Held>();
        var rejected = (await Part<IReviews>().OfVersionAsync("Rejected", "1.0.0")).ShouldNotBeNull();
        var reviewer = new ReviewActor(Bob, Bob, IsReviewer: true);
        (await Part<IReviews>().DecideAsync(rejected.Id, isApproved: false, reviewer, "It does nothing.", isDryRun: false)).ShouldBeOfType<ReviewOutcome.Done>();
        (await Part<IReviews>().AppealAsync(rejected.Id, new ReviewActor(Ada, Ada, IsReviewer: false), "It does.", isDryRun: false)).ShouldBeOfType<ReviewOutcome.Done>();

        (await RunOfAsync(await ImportAsync(ScanPackages.Advisory(modified: "2026-02-01T00:00:00Z", extra: Withdrawn)))).Lifted.ShouldBe(0, "the second advisory holds");
        var last = await RunOfAsync(await ImportAsync(ScanPackages.Advisory("GHSA-second", "2026-02-01T00:00:00Z", extra: Withdrawn)));

        (last.Done, last.Lifted).ShouldBe((3, 1));
        (await Catalog.FindAsync("Twice")).ShouldNotBeNull();
        (await Catalog.FindAsync("Eval")).ShouldBeNull("eval holds it");
        (await Catalog.FindAsync("Rejected")).ShouldBeNull("a person rejected it");
    }

    [Fact]
    public async Task A_changed_advisory_that_names_a_version_no_more_lifts_it_too()
    {
        await KnowSomethingAsync();
        await PublishedAsync(Locked("Notes"));
        await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));

        (await RunOfAsync(await ImportAsync(ScanPackages.Advisory(modified: "2026-02-01T00:00:00Z", last: "4.17.19")))).Lifted.ShouldBe(1);
    }

    [Fact]
    public async Task A_finding_that_a_reviewer_let_through_is_not_held_again_for_an_advisory_that_is_no_worse()
    {
        await KnowSomethingAsync();
        await PublishedAsync(Locked("Notes"));
        await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));
        var review = (await Part<IReviews>().OfVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        (await Part<IReviews>().DecideAsync(review.Id, isApproved: true, new ReviewActor(Bob, Bob, IsReviewer: true), "Not reachable.", isDryRun: false)).ShouldBeOfType<ReviewOutcome.Done>();

        (await RunOfAsync(await ImportAsync(ScanPackages.Advisory("GHSA-second")))).Held.ShouldBe(0);

        (await VerdictAsync("Notes")).Findings.Count.ShouldBe(2);
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_run_goes_on_with_what_is_left_when_the_process_was_killed_between_two_batches()
    {
        await KnowSomethingAsync();
        for (var i = 0; i < 20; i++)
            await PublishedAsync(Locked($"Plugin{i:00}"));
        var id = (await ImportAsync(ScanPackages.Advisory())).Scans.ShouldHaveSingleItem();
        await Worker().WorkAsync(CancellationToken.None, most: 1);
        var between = await FindAsync(id);
        (between.State, between.Total, between.Done, between.Held).ShouldBe(("running", 20L, 16L, 16L));

        await Worker().WorkAsync(CancellationToken.None);
        (await FindAsync(id)).Done.ShouldBe(16, "the dead process has its lease still");
        Time.Advance(TimeSpan.FromMinutes(6));
        await Worker().WorkAsync(CancellationToken.None);

        var ended = await FindAsync(id);
        (ended.State, ended.Total, ended.Done, ended.Held).ShouldBe(("ended", 20L, 20L, 20L));
        (await CountAsync("scan_recheck")).ShouldBe(0);
    }

    [Fact]
    public async Task The_first_import_of_all_is_put_to_what_was_never_compared_with_anything()
    {
        (await PublishAsync(Locked("Notes"))).ShouldBeOfType<PublishOutcome.Held>();
        (await VerdictAsync("Notes")).Outcome.ShouldBe("not_configured");

        var run = await RunOfAsync(await ImportAsync(ScanPackages.Advisory("GHSA-other", last: "1.0.0")));

        (run.Done, run.Lifted).ShouldBe((1, 0), "what was held for want of advisories stays with the reviewers");
        (await VerdictAsync("Notes")).Outcome.ShouldBe("clean");
    }

    [Fact]
    public async Task A_version_that_was_scanned_before_an_import_and_written_after_it_is_judged_again()
    {
        await KnowSomethingAsync();
        var late = new ScriptedStage("late")
        {
            Say = async (_, _) =>
            {
                await ImportAsync(ScanPackages.Advisory());
                return new StageVerdict.Passed();
            },
        };
        await using var node = Services(Database).AddSingleton(provider => new PublishStages(provider) { InOrder = [.. new PublishStages(provider).InOrder, late] }).BuildServiceProvider();
        // The scan has ended before the stage behind it imports the advisory.
        (await node.GetRequiredService<IPublisher>().PublishAsync(new PublishRequest(Ada, false, new MemoryStream(Locked("Notes"))))).ShouldBeOfType<PublishOutcome.Published>();

        await Worker().WorkAsync(CancellationToken.None);

        (await Part<IKeptVersions>().FindAsync("Notes", "1.0.0", CancellationToken.None)).ShouldNotBeNull().State.ShouldBe(VersionState.Held);
    }

    [Fact]
    public async Task A_version_whose_scan_broke_is_counted_and_left_for_a_scan()
    {
        await KnowSomethingAsync();
        await PublishedAsync(Locked("Notes"));
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE scan_report SET outcome = 'error', reason = 'broke' WHERE scanner = 'dependencies'"));

        var run = await RunOfAsync(await ImportAsync(ScanPackages.Advisory()));

        (run.State, run.Done, run.Failed, run.Held).ShouldBe(("ended", 1L, 1L, 0L));
        (await VerdictAsync("Notes")).Outcome.ShouldBe("error", "what was not looked at whole is never clean");
    }

    [Fact]
    public async Task An_import_that_changes_no_verdict_begins_no_run()
    {
        await PublishedAsync(ScanPackages.Of("Other", "1.0.0", ("dist/a.js", "f()")));

        (await ImportAsync(ScanPackages.Advisory())).Scans.ShouldBeEmpty();
        (await ImportAsync(ScanPackages.Advisory())).Scans.ShouldBeEmpty();
        (await CountAsync("scan_run")).ShouldBe(0);
    }

    // Without any advisory a package with dependencies is held for that.
    private Task KnowSomethingAsync() => ImportAsync(ScanPackages.Advisory("GHSA-known", last: "1.0.0"));

    private Task<AdvisoryImport> ImportAsync(Stream content) => Advisories.ImportAsync(content, Bob, isDryRun: false, CancellationToken.None);

    private async Task<ScanRun> RunOfAsync(AdvisoryImport import)
    {
        await Worker().WorkAsync(CancellationToken.None);
        return await FindAsync(import.Scans.ShouldHaveSingleItem());
    }

    private async Task<ScanRun> FindAsync(string id) => (await Part<IScanRuns>().FindAsync(id)).ShouldNotBeNull();

    private async Task<VerdictRecord> VerdictAsync(string slug) => (await Part<IScanReports>().FindAsync(slug, "1.0.0")).Single(verdict => verdict.Scanner == "dependencies");

    private Task<IReadOnlyList<string>> ToldAsync(string user) => Database.ReadAsync(session => session.QueryAsync<string>("SELECT type FROM outbox WHERE user_id = @user ORDER BY seq", new { user }));

    private RecheckService Worker() => ActivatorUtilities.CreateInstance<RecheckService>(Provider);

    private static byte[] Locked(string slug, string version = "1.0.0", params (string Path, string Content)[] files) => Locked(slug, false, version, files);

    private static byte[] Locked(string slug, bool isDevelopment, string version = "1.0.0", params (string Path, string Content)[] files) => ScanPackages.Of(
        slug, version, [("package-lock.json", isDevelopment ? ScanPackages.Lock.Replace("\"4.17.20\"", "\"4.17.20\",\"dev\":true", StringComparison.Ordinal) : ScanPackages.Lock), .. files]);

    public sealed class OnSqlite() : RecheckTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : RecheckTests(DatabaseKind.PostgreSql);
}
