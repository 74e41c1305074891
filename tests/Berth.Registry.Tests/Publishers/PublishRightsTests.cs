using Berth.Data.Sessions;
using Berth.Registry.Publishers;

namespace Berth.Registry.Tests.Publishers;

/// <summary>Who acts for a plugin's publisher: one answer, in code and in SQL.</summary>
public abstract class PublishRightsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Cyd = "0000000000000000000000000000000c";

    [Fact]
    public async Task The_owner_acts_for_what_is_their_own_and_nobody_else()
    {
        await PublishedAsync(TestPackage.Create());

        (await ActsAsync("Notes", Ada)).ShouldBeTrue();
        (await ActsAsync("Notes", Bob)).ShouldBeFalse();
        (await Part<IPublishers>().ActsForAsync("NOTES", Ada)).ShouldBeTrue("names are compared without case");
    }

    [Fact]
    public async Task Members_act_for_an_organisation_by_their_role()
    {
        await PublishedAsync(TestPackage.Create());
        foreach (var role in PublisherRoles.All)
        {
            await Organisations.OwnAsync(Database, "Notes", (Bob, role));
            (await ActsAsync("Notes", Bob)).ShouldBe(PublisherRoles.Covers(role, PublisherRoles.Maintainer), role);
        }

        (await ActsAsync("Notes", Cyd)).ShouldBeFalse("a stranger");
        (await ActsAsync("Notes", Ada)).ShouldBeFalse("who brought it and is no member any more");
    }

    [Fact]
    public async Task For_a_new_name_members_of_the_publisher_whose_prefix_it_has_act()
    {
        await Organisations.OwnAsync(Database, "-", (Ada, PublisherRoles.Maintainer), (Bob, PublisherRoles.Viewer));
        await Organisations.TakePrefixAsync(Database, "acme.");

        async Task<bool> Acts(string slug, string user) => await Database.ReadAsync(session => PublishRights.ActsForAsync(session, slug, user));
        (await Acts("Acme.New", Ada)).ShouldBeTrue();
        (await Acts("Acme.New", Bob)).ShouldBeFalse();
        (await Acts("Other", Ada)).ShouldBeFalse("a name that nobody has is nobody's");
    }

    private async Task<bool> ActsAsync(string slug, string account)
    {
        var (code, sql) = await Database.ReadAsync(async session => (
            await PublishRights.ActsForAsync(session, slug, account),
            await session.ScalarAsync<long>($"SELECT COUNT(*) FROM package p WHERE p.slug = @slug AND {PublishRights.ActsForSql("@account")}", new { slug, account }) == 1));
        code.ShouldBe(sql, "one definition");
        return code;
    }

    public sealed class OnSqlite() : PublishRightsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PublishRightsTests(DatabaseKind.PostgreSql);
}
