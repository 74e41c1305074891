using Berth.Data.Sessions;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Requests;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustRequestsTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private ITrustRequests Requests => Part<ITrustRequests>();

    [Fact]
    public async Task Asking_grants_nothing_and_somebody_elses_yes_does()
    {
        await PublishedAsync(TestPackage.Create());
        var made = (await Requests.MakeAsync(Draft(TrustLevels.Verified), Publisher1)).Value.ShouldNotBeNull();
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        made.State.ShouldBe("open");

        var granted = (await Requests.ApproveAsync(made.Id, "Read it.", Time.GetUtcNow().AddDays(30), Reviewer, isDryRun: false)).Value.ShouldNotBeNull();

        granted.ShouldSatisfyAllConditions(r => r.State.ShouldBe("approved"), r => r.DecidedBy.ShouldBe(Cyd), r => r.Answer.ShouldBe("Read it."));
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Verified);
        (await Trust.HistoryAsync("Notes"))[0].Kind.ShouldBe("request");
        (await EventsAsync("berth.trust.requested"), await EventsAsync("berth.trust.request_decided")).ShouldBe((1, 1));
        (await AuditsAsync("trust.request"), await AuditsAsync("trust.decide_request")).ShouldBe((1, 1));
        Time.Advance(TimeSpan.FromDays(31));
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
    }

    [Theory]
    [InlineData(Ada, true, "trust.own_request")]
    [InlineData(Bob, false, "auth.reviewer")]
    public async Task R54_Who_asked_or_may_not_decide_does_not_grant(string who, bool isReviewer, string code)
    {
        await PublishedAsync(TestPackage.Create());
        var made = (await Requests.MakeAsync(Draft(TrustLevels.Verified), Publisher1)).Value!;
        var actor = new TrustActor(who, IsAdministrator: isReviewer, isReviewer);

        (await Requests.ApproveAsync(made.Id, "Mine.", null, actor, isDryRun: false)).Refusal!.Code.ShouldBe(code);
        (await Requests.RejectAsync(made.Id, "Mine.", actor, isDryRun: false)).Refusal!.Code.ShouldBe(code);

        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        (await Requests.ListAsync("open", null, null, 10)).ShouldHaveSingleItem().Id.ShouldBe(made.Id);
    }

    [Fact]
    public async Task R54_The_owner_does_not_grant_what_a_colleague_asked_for()
    {
        await PublishedAsync(TestPackage.Create());
        var made = (await Requests.MakeAsync(Draft(TrustLevels.Verified), Reviewer)).Value!;

        var refused = await Requests.ApproveAsync(made.Id, "Mine.", null, new TrustActor(Ada, IsAdministrator: true, IsReviewer: true), isDryRun: false);

        refused.Refusal!.Code.ShouldBe("trust.own_plugin");
    }

    [Fact]
    public async Task Only_the_publisher_asks_for_one_level_at_a_time_and_never_for_quarantine()
    {
        await PublishedAsync(TestPackage.Create());

        (await Requests.MakeAsync(Draft(TrustLevels.Verified), new TrustActor(Bob, false, false))).Refusal!.Code.ShouldBe("trust.not_publisher");
        (await Requests.MakeAsync(Draft(TrustLevels.Quarantined), Publisher1)).Refusal!.Code.ShouldBe("trust.level");
        (await Requests.MakeAsync(Draft(TrustLevels.Community), Publisher1)).Refusal!.Code.ShouldBe("trust.in_force");
        (await Requests.MakeAsync(Draft(TrustLevels.Verified) with { IsDryRun = true }, Publisher1)).IsDone.ShouldBeTrue();
        (await CountAsync("trust_request")).ShouldBe(0);
        (await Requests.MakeAsync(Draft(TrustLevels.Verified), Publisher1)).IsDone.ShouldBeTrue();
        (await Requests.MakeAsync(Draft(TrustLevels.Internal), Publisher1)).Refusal!.Code.ShouldBe("trust.request_open");
    }

    [Fact]
    public async Task A_request_is_answered_once()
    {
        await PublishedAsync(TestPackage.Create());
        var made = (await Requests.MakeAsync(Draft(TrustLevels.Verified), Publisher1)).Value!;
        (await Requests.RejectAsync(made.Id, "Not yet.", Reviewer, isDryRun: false)).Value!.State.ShouldBe("rejected");

        (await Requests.ApproveAsync(made.Id, "Yes.", null, Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("trust.request_decided");
        (await Requests.ApproveAsync("nothing", "Yes.", null, Reviewer, isDryRun: false)).Refusal!.Code.ShouldBe("request.unknown");
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(TrustLevels.Community);
        (await Requests.MakeAsync(Draft(TrustLevels.Verified), Publisher1)).IsDone.ShouldBeTrue("there is another try");
    }

    private static TrustRequestDraft Draft(string level) => new("notes", level, "It is good.");

    public sealed class OnSqlite() : TrustRequestsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustRequestsTests(DatabaseKind.PostgreSql);
}
