using Berth.Data.Sessions;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Assessment;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustAssessmentTests(DatabaseKind kind) : TrustTestBase(kind)
{
    [Fact]
    public async Task Each_term_of_the_score_is_explained_and_what_nobody_assessed_is_named()
    {
        await PublishedAsync(TestPackage.Create());

        var assessed = await Part<ITrustAssessment>().AssessAsync("Notes");

        assessed.Terms.Select(term => term.Source).ShouldBe(["signature", "publisher", "scan", "age", "downloads", "record", "violations"]);
        assessed.Terms.ShouldAllBe(term => term.Explanation.Length > 10 && term.Points <= term.Most);
        assessed.Score.ShouldBe(assessed.Terms.Sum(term => term.Points));
        assessed.NotAssessed.ShouldBeEmpty();
        Points(assessed, "signature").ShouldBe(0);
        Points(assessed, "publisher").ShouldBe(0);
        Points(assessed, "scan").ShouldBe(20, "every scanner looked at it and found nothing");
    }

    [Fact]
    public async Task A_signature_counts_until_its_key_is_revoked_since_before_it()
    {
        await PublishedAsync(TestPackage.Create());
        await Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO signing_key (kid, algorithm, jwk, not_before, state, created_at) VALUES ('k', 'ES256', '{}', 0, 'active', 0)");
            return await session.ExecuteAsync("INSERT INTO package_signature (slug, version, digest, kid, role, protected_header, signature, received_at) VALUES ('Notes', '1.0.0', 'd', 'k', 'author', '', '', 1000)");
        });
        Points(await Part<ITrustAssessment>().AssessAsync("Notes"), "signature").ShouldBe(30);

        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE signing_key SET state = 'revoked', revoked_since = 500 WHERE kid = 'k'"));
        Points(await Part<ITrustAssessment>().AssessAsync("Notes"), "signature").ShouldBe(0);
    }

    [Fact]
    public async Task A_scanner_without_a_result_takes_the_points_of_the_scan()
    {
        await PublishedAsync(TestPackage.Create());
        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE scan_report SET outcome = 'timeout' WHERE scanner = 'il'"));
        Points(await Part<ITrustAssessment>().AssessAsync("Notes"), "scan").ShouldBe(0);
    }

    private static int Points(TrustAssessmentResult assessed, string source) => assessed.Terms.Single(term => term.Source == source).Points;

    [Fact]
    public async Task Age_and_downloads_raise_it_up_to_a_bound()
    {
        await PublishedAsync(TestPackage.Create());
        await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO download_daily (slug, version, day, count) VALUES ('Notes', '1.0.0', '2026-01-01', 999999999)"));
        Time.Advance(TimeSpan.FromDays(3650));

        var assessed = await Part<ITrustAssessment>().AssessAsync("Notes");

        assessed.Terms.Where(term => term.Source is "age" or "downloads").ShouldAllBe(term => term.Points == 10);
    }

    [Fact]
    public async Task R53_A_claim_in_the_manifest_adds_nothing()
    {
        await PublishedAsync(TestPackage.Create());
        await PublishedAsync(ClaimingPackages.Create("Claims", "internal"));

        (await Part<ITrustAssessment>().AssessAsync("Claims")).ShouldBeEquivalentTo(await Part<ITrustAssessment>().AssessAsync("Notes"));
        (await Trust.StandingAsync("Claims"))!.Level.ShouldBe(TrustLevels.Community);
    }

    public sealed class OnSqlite() : TrustAssessmentTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustAssessmentTests(DatabaseKind.PostgreSql);
}
