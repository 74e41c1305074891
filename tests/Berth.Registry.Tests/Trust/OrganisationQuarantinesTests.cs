using System.Text;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Requests;

namespace Berth.Registry.Tests.Trust;

/// <summary>Quarantines of publishers and requests, where a plugin belongs to an organisation.</summary>
public abstract class OrganisationQuarantinesTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private IQuarantines Quarantines => Part<IQuarantines>();

    [Theory]
    [InlineData(Bob, TrustLevels.Quarantined)]
    [InlineData("ACME", TrustLevels.Quarantined)]
    [InlineData(Ada, TrustLevels.Quarantined)]
    [InlineData("0000000000000000000000000000000e", TrustLevels.Community)]
    [InlineData("0000000000000000000000000000000f", TrustLevels.Community)]
    public async Task R55_A_publisher_in_quarantine_is_an_organisation_or_whoever_acts_for_it(string subject, string level)
    {
        await SharedAsync();

        var set = (await Quarantines.SetAsync(new QuarantineDraft("publisher", subject, "Taken over."), Reviewer)).Value.ShouldNotBeNull();

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(level);
        (await Trust.StandingAsync("Notes"))!.Level.ShouldBe(level);
        (await Catalog.SearchAsync(new CatalogQuery())).Plugins.Count.ShouldBe(level == TrustLevels.Quarantined ? 0 : 1);
        if (level == TrustLevels.Quarantined)
        {
            set.Plugins.ShouldBe(["Notes"]);
            Encoding.UTF8.GetString((await Quarantines.StatementAsync()).Json.Span).ShouldContain("Notes");
            (await PublishAsync(TestPackage.Create(version: "1.1.0"), Bob)).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldContain(fault => fault.Code == "publisher.quarantined");
        }
        else
        {
            await PublishedAsync(TestPackage.Create(version: "1.1.0"), Bob);
        }
    }

    [Fact]
    public async Task A_member_in_quarantine_who_leaves_takes_along_only_what_they_published()
    {
        await SharedAsync();
        await PublishedAsync(TestPackage.Create(version: "1.1.0"), Bob);
        await Quarantines.SetAsync(new QuarantineDraft("publisher", Bob, "Taken over."), Reviewer);
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Quarantined);

        (await Part<IPublishers>().RemoveMemberAsync(As(Ada), Organisations.Acme, Bob)).ShouldBe(new PublisherOutcome.Done());
        Time.Advance(CatalogSnapshots.Lifetime);

        var plugin = (await Catalog.FindAsync("Notes"))!;
        plugin.TrustLevel.ShouldBe(TrustLevels.Community);
        plugin.Versions.Select(version => (version.Version, version.TrustLevel)).ShouldBe([("1.1.0", TrustLevels.Quarantined), ("1.0.0", TrustLevels.Community)]);
        (await Catalog.SearchAsync(new CatalogQuery())).Plugins.ShouldHaveSingleItem("search follows");
    }

    [Fact]
    public async Task An_organisation_in_quarantine_publishes_nothing_new_below_its_prefix()
    {
        await SharedAsync();
        await Organisations.TakePrefixAsync(Database, "acme.");
        await Quarantines.SetAsync(new QuarantineDraft("publisher", Organisations.Acme, "Bought by somebody."), Reviewer);

        (await PublishAsync(TestPackage.Create("Acme.New"), Bob)).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldContain(fault => fault.Code == "publisher.quarantined");
        await PublishedAsync(TestPackage.Create("Bobs"), Bob);
    }

    [Theory]
    [InlineData(Bob, null)]
    [InlineData("0000000000000000000000000000000e", "trust.not_publisher")]
    [InlineData("0000000000000000000000000000000f", "trust.not_publisher")]
    public async Task Members_who_publish_ask_for_another_level(string who, string? code)
    {
        await SharedAsync();

        var made = await Part<ITrustRequests>().MakeAsync(new TrustRequestDraft("Notes", TrustLevels.Verified, "It is good."), new TrustActor(who, false, false));

        made.Refusal?.Code.ShouldBe(code);
        made.IsDone.ShouldBe(code is null);
    }

    /// <summary>Ada brought it and owns the organisation, Bob maintains it, …e only looks on, …f is a stranger.</summary>
    private async Task SharedAsync()
    {
        await PublishedAsync(TestPackage.Create());
        await Organisations.OwnAsync(
            Database, "Notes", (Ada, PublisherRoles.Owner), (Bob, PublisherRoles.Maintainer), ("0000000000000000000000000000000e", PublisherRoles.Viewer));
        Part<CatalogSnapshots>().Invalidate("Notes");
    }

    public sealed class OnSqlite() : OrganisationQuarantinesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : OrganisationQuarantinesTests(DatabaseKind.PostgreSql);
}
