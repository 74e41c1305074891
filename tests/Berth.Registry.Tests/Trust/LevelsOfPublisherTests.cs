using Berth.Data.Sessions;
using Berth.Registry.Publishers;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Trust;

/// <summary>What others think of those for whom an account publishes.</summary>
public abstract class LevelsOfPublisherTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Reviewer = "0000000000000000000000000000000c";

    [Fact]
    public async Task What_a_first_publish_gives_says_nothing_and_what_somebody_else_decides_does()
    {
        await PublishedAsync(TestPackage.Create());
        (await LevelsAsync(Ada)).ShouldBeEmpty();

        await DecideAsync("Notes", TrustLevels.Verified);

        (await LevelsAsync(Ada)).ShouldBe([TrustLevels.Verified]);
        (await LevelsAsync(Bob)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plugin_of_an_organisation_counts_for_its_members_who_may_publish_and_for_nobody_else()
    {
        const string viewer = "0000000000000000000000000000000e";
        await PublishedAsync(TestPackage.Create());
        await DecideAsync("Notes", TrustLevels.Verified);
        await Organisations.OwnAsync(Database, "Notes", (Bob, PublisherRoles.Maintainer), (viewer, PublisherRoles.Viewer));

        (await LevelsAsync(Bob)).ShouldBe([TrustLevels.Verified]);
        (await LevelsAsync(viewer)).ShouldBeEmpty();
        (await LevelsAsync(Ada)).ShouldBeEmpty("Ada brought it and is no member");
    }

    [Fact]
    public async Task What_a_member_got_by_a_first_publish_counts_for_no_other_member()
    {
        await PublishedAsync(TestPackage.Create(), administrator: true);
        await Organisations.OwnAsync(Database, "Notes", (Ada, PublisherRoles.Owner), (Bob, PublisherRoles.Maintainer));

        (await LevelsAsync(Bob)).ShouldBeEmpty();
    }

    private async Task DecideAsync(string slug, string level) =>
        (await Trust.DecideAsync(new TrustDraft(slug, level, "Read it."), new TrustActor(Reviewer, IsAdministrator: true, IsReviewer: true))).IsDone.ShouldBeTrue();

    private Task<IReadOnlyList<string>> LevelsAsync(string user) => Trust.LevelsOfPublisherAsync(user);

    public sealed class OnSqlite() : LevelsOfPublisherTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : LevelsOfPublisherTests(DatabaseKind.PostgreSql);
}
