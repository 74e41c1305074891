using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Settings;
using Berth.Registry.Publishing.Stages;
using Berth.Registry.Review;
using Berth.Registry.Tests.Publishing;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Review;

public abstract class ReviewsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Rita = "0000000000000000000000000000000c";
    private const string Rob = "0000000000000000000000000000000d";
    private static readonly ReviewActor RitaReviews = new(Rita, Rita, true);
    private static readonly ReviewActor RobReviews = new(Rob, Rob, true);
    private static readonly ReviewActor AdaPublishes = new(Ada, Ada, false);
    private readonly ScriptedStage _scan = new();

    private IReviews Reviews => Part<IReviews>();

    protected override void Configure(IServiceCollection services) => services.AddSingleton(
        provider => new PublishStages(provider) { InOrder = [_scan, ActivatorUtilities.CreateInstance<ApprovalStage>(provider)] });

    [Fact]
    public async Task An_approved_version_is_visible_and_its_publisher_is_told()
    {
        var review = await HeldAsync("1.0.0");
        Time.Advance(TimeSpan.FromHours(2));

        var done = (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Looks fine.", false)).ShouldBeOfType<ReviewOutcome.Done>().Review;

        done.State.ShouldBe(ReviewState.Approved);
        done.DecidedBy.ShouldBe(Rita);
        var version = (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull();
        version.PublishedAt.ShouldBe(Time.GetUtcNow());
        (await Catalog.SearchAsync(new CatalogQuery("Notes"))).Plugins.ShouldHaveSingleItem();
        (await EventsAsync()).ShouldBe(["berth.package.held", "berth.package.approved", "berth.package.published"]);
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT user_id FROM outbox"))).ShouldAllBe(user => user == Ada);
        (await Part<IPublications>().FindAsync(version.PublicationId!))!.State.ShouldBe(PublicationState.Visible);
    }

    [Fact]
    public async Task A_rejected_version_stays_hidden_and_its_number_taken()
    {
        var review = await HeldAsync("1.0.0");

        (await Reviews.DecideAsync(review.Id, false, RitaReviews, " ", false)).ShouldBe(new ReviewOutcome.ReasonNeeded(false));
        (await Reviews.DecideAsync(review.Id, false, RitaReviews, "It reads too much.", false)).ShouldBeOfType<ReviewOutcome.Done>();

        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await PublishAsync(TestPackage.Create(content: "other"))).ShouldBeOfType<PublishOutcome.VersionExists>();
        (await PublishAsync(TestPackage.Create())).ShouldBeOfType<PublishOutcome.AlreadyPublished>().Version.State.ShouldBe(VersionState.Rejected);
        (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.Rejection.ShouldBe("It reads too much.");
    }

    [Fact]
    public async Task Nobody_decides_on_what_they_published_or_sent()
    {
        var review = await HeldAsync("1.0.0");

        (await Reviews.DecideAsync(review.Id, true, new ReviewActor(Ada, Ada, true), "Mine.", false)).ShouldBe(new ReviewOutcome.OwnVersion());
        // Neither by acting for somebody else.
        (await Reviews.DecideAsync(review.Id, true, new ReviewActor(Bob, Ada, true), "Mine.", false)).ShouldBe(new ReviewOutcome.OwnVersion());
        (await Reviews.DecideAsync(review.Id, true, AdaPublishes, "Mine.", false)).ShouldBe(new ReviewOutcome.NotReviewer());
        (await Reviews.DecideAsync(review.Id, true, new ReviewActor(Bob, Bob, false), "Please.", false)).ShouldBe(new ReviewOutcome.Unknown());
        (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.State.ShouldBe(ReviewState.Open);
    }

    [Fact]
    public async Task Critical_findings_are_approved_with_a_reason_only()
    {
        _scan.Says(new StageVerdict.Held("scan.findings", "Look.")
        {
            Evidence = JsonSerializer.SerializeToElement(new { scanners = new[] { new { scanner = "il", items = new[] { new { code = "scan.il.process", severity = "critical", file = "lib/a.dll" } } } } }),
        });
        await PublishAsync(TestPackage.Create());
        var review = (await Reviews.OfVersionAsync("Notes", "1.0.0"))!;

        (await Reviews.DecideAsync(review.Id, true, RitaReviews, null, false)).ShouldBe(new ReviewOutcome.ReasonNeeded(true));
        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "It is the debugger.", false)).ShouldBeOfType<ReviewOutcome.Done>();
    }

    [Fact]
    public async Task An_appeal_goes_to_the_end_of_the_queue_once_and_to_somebody_else()
    {
        var review = await HeldAsync("1.0.0");
        (await Reviews.AppealAsync(review.Id, AdaPublishes, "But…", false)).ShouldBeOfType<ReviewOutcome.NotRejected>();
        await Reviews.DecideAsync(review.Id, false, RitaReviews, "No.", false);
        Time.Advance(TimeSpan.FromMinutes(1));
        await HeldAsync("2.0.0");
        Time.Advance(TimeSpan.FromMinutes(1));

        (await Reviews.AppealAsync(review.Id, RobReviews, "For them.", false)).ShouldBe(new ReviewOutcome.NotPublisher());
        var appealed = (await Reviews.AppealAsync(review.Id, AdaPublishes, "It is needed.", false)).ShouldBeOfType<ReviewOutcome.Done>().Review;

        appealed.State.ShouldBe(ReviewState.Open);
        appealed.Position.ShouldBe(2);
        (await Reviews.ListAsync(new ReviewQuery(ReviewState.Open))).Select(item => item.Version).ShouldBe(["2.0.0", "1.0.0"]);
        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Well.", false)).ShouldBe(new ReviewOutcome.SameReviewer());
        (await Reviews.DecideAsync(review.Id, false, RobReviews, "No again.", false)).ShouldBeOfType<ReviewOutcome.Done>();
        (await Reviews.AppealAsync(review.Id, AdaPublishes, "Once more.", false)).ShouldBe(new ReviewOutcome.AppealedBefore());
        (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.RejectedBy.ShouldBe(Rita);
        (await EventsAsync()).Count(type => type == "berth.package.appealed").ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_one_does()
    {
        var review = await HeldAsync("1.0.0");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Reviews.DecideAsync(review.Id, i % 2 == 0, i % 3 == 0 ? RobReviews : RitaReviews, "Because.", false))));

        outcomes.OfType<ReviewOutcome.Done>().ShouldHaveSingleItem();
        outcomes.OfType<ReviewOutcome.NotOpen>().Count().ShouldBe(7);
        var state = (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.State;
        (await Catalog.FindVersionAsync("Notes", "1.0.0") is not null).ShouldBe(state == ReviewState.Approved);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var review = await HeldAsync("1.0.0");

        (await Reviews.DecideAsync(review.Id, true, RitaReviews, null, true)).ShouldBeOfType<ReviewOutcome.Done>();

        (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.State.ShouldBe(ReviewState.Open);
    }

    [Fact]
    public async Task The_queue_is_read_in_pages_and_by_publisher()
    {
        for (var i = 0; i < 5; i++)
        {
            await HeldAsync($"1.0.{i}");
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, Limit: 3));
        var second = await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, Limit: 3, AfterAt: first[^1].QueuedAt, AfterId: first[^1].Id));

        first.Concat(second).Select(review => review.Position).ShouldBe([1, 2, 3, 4, 5]);
        (await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, VisibleTo: Ada, PublishedBy: Ada))).Count.ShouldBe(5);
        (await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, VisibleTo: Bob))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reviewer_sees_what_the_version_changes()
    {
        _scan.Says(new StageVerdict.Passed());
        await PublishedAsync(TestPackage.Create(content: "one", readme: "# Old"));
        await HeldAsync("1.1.0", TestPackage.Create(version: "1.1.0", content: "other", changelog: "- new"));

        var view = await Part<IReviewDetails>().OfAsync((await Reviews.OfVersionAsync("Notes", "1.1.0"))!);

        var difference = view.Difference.ShouldNotBeNull();
        difference.PreviousVersion.ShouldBe("1.0.0");
        difference.FilesAdded.Select(file => file.Path).ShouldBe(["CHANGELOG.md"]);
        difference.FilesRemoved.Select(file => file.Path).ShouldBe(["README.md"]);
        difference.FilesChanged.Select(file => file.Path).ShouldBe(["dist/index.js", "plugin.json"]);
        difference.FilesUnchanged.ShouldBe(0);
    }

    [Fact]
    public async Task A_staged_plugin_needs_a_second_person_of_its_publisher()
    {
        _scan.Says(new StageVerdict.Passed());
        await PublishedAsync(TestPackage.Create());
        await Part<IPublishingSettings>().PutAsync("notes", true, null, AdaPublishes);

        // An administrator publishes to Ada's plugin; Ada approves, and cannot for her own.
        (await PublishAsync(TestPackage.Create(version: "1.1.0"), Bob, administrator: true)).ShouldBeOfType<PublishOutcome.Held>();
        (await PublishAsync(TestPackage.Create(version: "1.2.0"))).ShouldBeOfType<PublishOutcome.Held>().Version.Stages[^1].Code.ShouldBe("publish.staged");
        var bobs = (await Reviews.OfVersionAsync("Notes", "1.1.0"))!;
        var own = (await Reviews.OfVersionAsync("Notes", "1.2.0"))!;

        bobs.IsStaged.ShouldBeTrue();
        (await Reviews.DecideAsync(bobs.Id, true, AdaPublishes, null, false)).ShouldBeOfType<ReviewOutcome.Done>();
        (await Reviews.DecideAsync(own.Id, true, AdaPublishes, null, false)).ShouldBe(new ReviewOutcome.OwnVersion());
        (await Catalog.FindAsync("Notes"))!.Versions.Select(version => version.Version).ShouldBe(["1.1.0", "1.0.0"]);
    }

    [Fact]
    public async Task A_plugin_for_trusted_publishing_only_takes_nothing_from_people()
    {
        _scan.Says(new StageVerdict.Passed());
        await PublishedAsync(TestPackage.Create());
        await Part<IPublishingSettings>().PutAsync("Notes", null, true, AdaPublishes);

        (await PublishAsync(TestPackage.Create(version: "1.1.0"))).ShouldBe(new PublishOutcome.TrustedOnly("Notes"));
        (await Publisher.PublishAsync(new PublishRequest(Bob, false, new MemoryStream(TestPackage.Create(version: "1.1.0"))) { OnlySlug = "Notes", ExchangeId = "exchange" }))
            .ShouldBeOfType<PublishOutcome.Published>();
        (await Publisher.PublishAsync(new PublishRequest(Bob, false, new MemoryStream(TestPackage.Create("Other"))) { OnlySlug = "Notes", ExchangeId = "exchange" }))
            .ShouldBe(new PublishOutcome.OtherSlug("Other", "Notes"));
    }

    [Fact]
    public async Task A_version_that_turns_out_bad_goes_back_into_the_queue()
    {
        _scan.Says(new StageVerdict.Passed());
        await PublishedAsync(TestPackage.Create());
        var at = Time.GetUtcNow().ToUnixTimeMilliseconds();

        (await Database.WriteAsync(s => ReviewRows.PutBackAsync(s, "Notes", "1.0.0", new HoldReason("scan", "scan.new_rule", "A new rule finds it."), at))).ShouldBeTrue();
        Part<CatalogSnapshots>().Invalidate("Notes");

        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        var review = (await Reviews.OfVersionAsync("Notes", "1.0.0"))!;
        review.Reasons.ShouldHaveSingleItem().Code.ShouldBe("scan.new_rule");
        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "A false alarm.", false)).ShouldBeOfType<ReviewOutcome.Done>();
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("version", "Notes@1.0.0")]
    [InlineData("plugin", "Notes")]
    [InlineData("publisher", Ada)]
    [InlineData("file", null)]
    public async Task What_is_quarantined_is_approved_only_when_that_is_lifted(string kind, string? subject)
    {
        var review = await HeldAsync("1.0.0");
        var draft = new QuarantineDraft(kind, subject ?? DigestOf("export default 1;"u8.ToArray()), "It mines.");
        var set = (await Part<IQuarantines>().SetAsync(draft, new TrustActor(Rob, false, true))).Value.ShouldNotBeNull();

        var refused = (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Fine.", false)).ShouldBeOfType<ReviewOutcome.Quarantined>();
        refused.Why.ShouldContain("It mines.");
        refused.Why.ShouldContain(set.Id, customMessage: "the next step");
        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Fine.", true)).ShouldBeOfType<ReviewOutcome.Quarantined>("a dry run says the same");
        (await Reviews.OfVersionAsync("Notes", "1.0.0"))!.State.ShouldBe(ReviewState.Open);
        (await Catalog.FindAsync("Notes")).ShouldBeNull();

        await Part<IQuarantines>().LiftAsync(set.Id, "A false alarm.", new TrustActor(Rob, false, true), isDryRun: false);
        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Fine.", false)).ShouldBeOfType<ReviewOutcome.Done>();
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plugin_whose_level_is_quarantined_gets_no_version_approved_and_rejecting_goes_on()
    {
        var review = await HeldAsync("1.0.0");
        await Trust.DecideAsync("Notes", TrustLevels.Quarantined, Rob, "Malware.");

        (await Reviews.DecideAsync(review.Id, true, RitaReviews, "Fine.", false)).ShouldBeOfType<ReviewOutcome.Quarantined>().Why.ShouldContain("trust level");
        (await Reviews.DecideAsync(review.Id, false, RitaReviews, "Malware.", false)).ShouldBeOfType<ReviewOutcome.Done>();
    }

    [Fact]
    public async Task Members_of_the_organisation_who_publish_see_its_reviews()
    {
        const string viewer = "0000000000000000000000000000000e";
        var review = await HeldAsync("1.0.0");
        await Organisations.OwnAsync(Database, "Notes", (Ada, "owner"), (Bob, "maintainer"), (viewer, "viewer"));

        (await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, VisibleTo: Bob))).ShouldHaveSingleItem().Id.ShouldBe(review.Id);
        (await Reviews.FindAsync(review.Id, new ReviewActor(Bob, Bob, false))).ShouldNotBeNull();
        (await Reviews.ListAsync(new ReviewQuery(ReviewState.Open, VisibleTo: viewer))).ShouldBeEmpty();
        (await Reviews.FindAsync(review.Id, new ReviewActor(viewer, viewer, false))).ShouldBeNull();
    }

    private async Task<ReviewRecord> HeldAsync(string version, byte[]? package = null)
    {
        _scan.Says(new StageVerdict.Held("scan.findings", "Look."));
        (await PublishAsync(package ?? TestPackage.Create(version: version))).ShouldBeOfType<PublishOutcome.Held>();
        return (await Reviews.OfVersionAsync("Notes", version))!;
    }

    private Task<IReadOnlyList<string>> EventsAsync() => Database.ReadAsync(s => s.QueryAsync<string>("SELECT type FROM outbox ORDER BY seq"));

    public sealed class OnSqlite() : ReviewsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ReviewsTests(DatabaseKind.PostgreSql);
}
