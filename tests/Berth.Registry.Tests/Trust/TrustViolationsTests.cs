using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Assessment;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Violations;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustViolationsTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private ITrustViolations Violations => Part<ITrustViolations>();

    [Fact]
    public async Task A_warning_is_told_shown_and_lowers_the_score_until_it_is_lifted()
    {
        await PublishedAsync(TestPackage.Create());
        var before = await ScoreAsync();

        var warned = await RecordAsync("warn", severity: "low");

        (await Violations.OfPluginAsync("notes")).ShouldHaveSingleItem().Kind.ShouldBe("undeclared-network");
        (await ScoreAsync()).ShouldBe(before - 5);
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        (await EventsAsync("berth.trust.violation_recorded"), await AuditsAsync("trust.violation")).ShouldBe((1, 1));
        (await Violations.LiftAsync(warned.Id, "Wrong.", Reviewer, isDryRun: false)).IsDone.ShouldBeTrue();
        (await ScoreAsync()).ShouldBe(before);
        (await Violations.LiftAsync(warned.Id, "Wrong.", Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("violation.unknown");
    }

    [Fact]
    public async Task A_restriction_lowers_the_level_for_a_time_and_gives_it_back()
    {
        await PublishedAsync(TestPackage.Create());
        var restricted = await RecordAsync("restrict");
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Untrusted);
        restricted.ExpiresAt.ShouldBe(Time.GetUtcNow().AddDays(30));

        Time.Advance(TimeSpan.FromDays(31));
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);

        var again = await RecordAsync("restrict");
        (await Violations.LiftAsync(again.Id, "Repaired.", Reviewer, isDryRun: false)).IsDone.ShouldBeTrue();
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);
    }

    [Fact]
    public async Task A_restriction_only_lowers()
    {
        await PublishedAsync(TestPackage.Create());
        (await Violations.RecordAsync(Draft("restrict") with { Level = TrustLevels.Verified }, Reviewer)).Refusal!.Code.ShouldBe("trust.not_lower");
        (await CountAsync("trust_violation")).ShouldBe(0);
    }

    [Theory]
    [InlineData(null, TrustLevels.Quarantined)]
    [InlineData("1.0.0", TrustLevels.Community)]
    public async Task A_quarantine_stops_the_version_or_the_plugin_and_is_lifted_with_the_violation(string? version, string other)
    {
        await PublishedAsync(TestPackage.Create());
        await PublishedAsync(TestPackage.Create(version: "2.0.0"));

        var recorded = await RecordAsync("quarantine", version);

        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.TrustLevel.ShouldBe(TrustLevels.Quarantined);
        (await Catalog.FindVersionAsync("Notes", "2.0.0"))!.TrustLevel.ShouldBe(other);
        var id = (await Part<IQuarantines>().OfPluginAsync("Notes")).ShouldHaveSingleItem().Id;
        (await Part<IQuarantines>().LiftAsync(id, "x", Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("trust.lift_violation");
        (await Violations.LiftAsync(recorded.Id, "Cleared.", Reviewer, isDryRun: false)).IsDone.ShouldBeTrue();
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.TrustLevel.ShouldBe(TrustLevels.Community);
    }

    [Fact]
    public async Task Removed_versions_leave_the_catalogue_keep_their_numbers_and_do_not_come_back()
    {
        var package = TestPackage.Create();
        await PublishedAsync(package);
        await PublishedAsync(TestPackage.Create(version: "2.0.0"));

        var removed = await RecordAsync("remove", "1.0.0");

        (await Catalog.FindAsync("Notes"))!.Versions.Select(v => v.Version).ShouldBe(["2.0.0"]);
        (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT state FROM package_version WHERE version = '1.0.0'"))).ShouldBe(VersionState.Deleted);
        System.Text.Encoding.UTF8.GetString((await Part<IQuarantines>().StatementAsync()).Json.Span).ShouldContain(DigestOf(package), Case.Sensitive, "hosts that run it stop it");
        (await Violations.LiftAsync(removed.Id, "x", Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("trust.not_reversible");
    }

    [Fact]
    public async Task All_versions_removed_take_the_plugin_out_of_search_and_leave_its_history()
    {
        await PublishedAsync(TestPackage.Create());
        await RecordAsync("remove");

        (await Catalog.FindAsync("Notes")).ShouldBeNull();
        (await Catalog.SearchAsync(new CatalogQuery("notes"))).Plugins.ShouldBeEmpty();
        (await Trust.HistoryAsync("Notes")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task R54_Only_reviewers_record_and_only_about_what_there_is()
    {
        await PublishedAsync(TestPackage.Create());
        (await Violations.RecordAsync(Draft("warn"), Publisher1)).Refusal!.Code.ShouldBe("auth.reviewer");
        (await Violations.RecordAsync(Draft("warn") with { Slug = "Nobody" }, Reviewer)).Refusal!.Code.ShouldBe("plugin.unknown");
        (await Violations.RecordAsync(Draft("warn") with { Version = "9.9.9" }, Reviewer)).Refusal!.Code.ShouldBe("version.unknown");
        (await Violations.RecordAsync(Draft("remove") with { IsDryRun = true }, Reviewer)).IsDone.ShouldBeTrue();
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull("a dry run removes nothing");
    }

    private async Task<int> ScoreAsync() => (await Part<ITrustAssessment>().AssessAsync("Notes")).Score;

    private async Task<TrustViolation> RecordAsync(string action, string? version = null, string severity = "high") =>
        (await Violations.RecordAsync(Draft(action) with { Version = version, Severity = severity }, Reviewer)).Value.ShouldNotBeNull();

    private static TrustViolationDraft Draft(string action) => new("Notes", "undeclared-network", "high", action, "It calls home.");

    public sealed class OnSqlite() : TrustViolationsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustViolationsTests(DatabaseKind.PostgreSql);
}
