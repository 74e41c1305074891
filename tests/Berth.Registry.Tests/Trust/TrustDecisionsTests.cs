using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustDecisionsTests(DatabaseKind kind) : TrustTestBase(kind)
{
    [Fact]
    public async Task A_decision_is_in_force_at_once_and_tells_who_and_why()
    {
        await PublishedAsync(TestPackage.Create());
        Time.Advance(TimeSpan.FromHours(1));

        (await Trust.DecideAsync("NOTES", TrustLevels.Verified, Bob, "Read every line.")).ShouldBeTrue();

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Verified);
        var history = await Trust.HistoryAsync("notes");
        history.Select(d => d.Level).ShouldBe([TrustLevels.Verified, TrustLevels.Community]);
        history[0].ShouldBe(new TrustDecision("Notes", TrustLevels.Verified, Bob, "Read every line.", Time.GetUtcNow()) { Seq = history[0].Seq, InForce = true });
        history[1].DecidedBy.ShouldBe(Ada);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE type = 'berth.package.trust_decided'"))).ShouldBe(1);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'package.trust' AND actor_id = @Bob", new { Bob }))).ShouldBe(1);
    }

    [Fact]
    public async Task A_later_version_does_not_change_what_was_decided()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync("Notes", TrustLevels.Untrusted, Bob, "Odd.");

        var second = await PublishedAsync(TestPackage.Create(version: "2.0.0"), Bob, administrator: true);

        second.TrustLevel.ShouldBe(TrustLevels.Untrusted);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_decided_on()
    {
        (await Trust.DecideAsync("Nobody", TrustLevels.Verified, Bob, "Why not.")).ShouldBeFalse();
        (await Trust.HistoryAsync("Nobody")).ShouldBeEmpty();
        (await CountAsync("trust_decision")).ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_known_levels_exist_and_a_reason_is_needed()
    {
        await PublishedAsync(TestPackage.Create());

        await Should.ThrowAsync<ArgumentException>(() => Trust.DecideAsync("Notes", "super", Bob, "x"));
        await Should.ThrowAsync<ArgumentException>(() => Trust.DecideAsync("Notes", TrustLevels.Verified, Bob, " "));
        (await Trust.HistoryAsync("Notes")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_that_runs_out_gives_way_to_the_one_before_without_anything_being_started_again()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync(new TrustDraft("Notes", TrustLevels.Verified, "For the trial.") { ExpiresAt = Time.GetUtcNow().AddDays(1) }, Reviewer);
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Verified);

        Time.Advance(TimeSpan.FromDays(1));

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community, "at that instant, whatever is cached");
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        (await Trust.HistoryAsync("Notes")).Select(d => (d.Level, d.InForce)).ShouldBe([(TrustLevels.Verified, false), (TrustLevels.Community, true)]);
    }

    [Fact]
    public async Task What_ran_out_is_told_once_and_search_follows()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync(new TrustDraft("Notes", TrustLevels.Quarantined, "Looked odd.") { ExpiresAt = Time.GetUtcNow().AddHours(1) }, Reviewer);
        (await Catalog.SearchAsync(new CatalogQuery("notes"))).Plugins.ShouldBeEmpty();
        Time.Advance(TimeSpan.FromHours(2));

        await Part<TrustExpiryService>().SettleAsync(CancellationToken.None);
        await Part<TrustExpiryService>().SettleAsync(CancellationToken.None);

        (await Catalog.SearchAsync(new CatalogQuery("notes"))).Plugins.ShouldHaveSingleItem().TrustLevel.ShouldBe(TrustLevels.Community);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE type = 'berth.trust.expired'"))).ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_keeps_its_evidence_and_a_dry_run_keeps_nothing()
    {
        await PublishedAsync(TestPackage.Create());
        var evidence = JsonSerializer.SerializeToElement(new { review = "https://example.org/r/1" });
        var draft = new TrustDraft("notes", TrustLevels.Verified, "Read.") { Evidence = evidence };

        (await Trust.DecideAsync(draft with { IsDryRun = true }, Reviewer)).IsDone.ShouldBeTrue();
        (await Trust.HistoryAsync("Notes")).Count.ShouldBe(1);
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);
        (await Trust.DecideAsync(draft, Reviewer)).IsDone.ShouldBeTrue();

        (await Trust.HistoryAsync("Notes"))[0].Evidence!.Value.GetProperty("review").GetString().ShouldBe("https://example.org/r/1");
    }

    [Fact]
    public async Task R54_Nobody_raises_what_is_their_own_while_somebody_else_could()
    {
        await AddUserAsync(Ada, "[\"admin\"]");
        await PublishedAsync(TestPackage.Create());
        var ada = new TrustActor(Ada, IsAdministrator: true, IsReviewer: true);
        var draft = new TrustDraft("Notes", TrustLevels.Internal, "Because.");

        await AddUserAsync(Bob, "[\"reviewer\"]");
        (await Trust.DecideAsync(draft, ada)).Refusal!.Code.ShouldBe("trust.own_plugin");
        (await Trust.DecideAsync(draft with { Level = TrustLevels.Untrusted }, ada)).IsDone.ShouldBeTrue("lowering is immediate, also of one's own");
        (await Trust.DecideAsync(draft, Reviewer)).IsDone.ShouldBeTrue();

        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE id = @Bob", new { Bob }));
        await Trust.DecideAsync(draft with { Level = TrustLevels.Community }, ada);
        (await Trust.DecideAsync(draft, ada)).IsDone.ShouldBeTrue("a registry with one administrator has nobody else");
    }

    [Theory]
    [InlineData("maintainer", "trust.own_plugin")]
    [InlineData("viewer", null)]
    public async Task R54_Nobody_raises_what_belongs_to_an_organisation_they_publish_for(string role, string? code)
    {
        await AddUserAsync(Ada, "[\"admin\"]");
        await AddUserAsync(Cyd, "[\"reviewer\"]");
        await PublishedAsync(TestPackage.Create());
        await Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO publisher (id, name, display_name, kind, created_by, created_at) VALUES ('acme', 'acme', 'Acme', 'organisation', 'x', 1)");
            await session.ExecuteAsync("INSERT INTO publisher_member (publisher_id, user_id, role, added_at) VALUES ('acme', @Cyd, @role, 1)", new { Cyd, role });
            return await session.ExecuteAsync("UPDATE package SET publisher_id = 'acme' WHERE slug = 'Notes'");
        });

        var decided = await Trust.DecideAsync(new TrustDraft("Notes", TrustLevels.Verified, "Because."), new TrustActor(Cyd, IsAdministrator: false, IsReviewer: true));

        decided.Refusal?.Code.ShouldBe(code);
        decided.IsDone.ShouldBe(code is null);
    }

    [Fact]
    public async Task R54_The_callers_right_is_what_counts()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync("Notes", TrustLevels.Internal, Bob, "The target is trusted.");

        var refused = await Trust.DecideAsync(new TrustDraft("Notes", TrustLevels.Untrusted, "x"), new TrustActor(Bob, IsAdministrator: false, IsReviewer: false));

        refused.Refusal!.Code.ShouldBe("auth.reviewer");
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Internal);
    }

    [Fact]
    public async Task A_decision_that_is_over_before_it_begins_is_refused()
    {
        await PublishedAsync(TestPackage.Create());

        (await Trust.DecideAsync(new TrustDraft("Notes", TrustLevels.Verified, "x") { ExpiresAt = Time.GetUtcNow() }, Reviewer)).Refusal!.Code.ShouldBe("trust.expiry");
        (await Trust.DecideAsync(new TrustDraft("Nobody", TrustLevels.Verified, "x"), Reviewer)).Refusal!.Code.ShouldBe("plugin.unknown");
    }

    public sealed class OnSqlite() : TrustDecisionsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustDecisionsTests(DatabaseKind.PostgreSql);
}
