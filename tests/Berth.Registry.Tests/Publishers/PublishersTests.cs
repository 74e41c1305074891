using Berth.Data.Sessions;
using Berth.Registry.Publishers;
using Berth.Registry.Publishing;
using Berth.Registry.Versions;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Publishers;

public abstract class PublishersTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Cyd = "0000000000000000000000000000000c";
    private readonly Web _web = new();

    private IPublishers Publishers => Part<IPublishers>();

    private IInvitations Invitations => Part<IInvitations>();

    private ITransfers Transfers => Part<ITransfers>();

    private IPublisherProofs Proofs => Part<IPublisherProofs>();

    protected override void Configure(IServiceCollection services) => services.AddSingleton<IProofCheck>(_web);

    [Fact]
    public async Task An_invited_maintainer_publishes_and_yanks_and_a_viewer_does_not()
    {
        await AcmeAsync();
        await PublishedAsync(TestPackage.Create());
        (await Transfers.OfferAsync(As(Ada), "Notes", "acme")).ShouldBe(new PublisherOutcome.Done(), "who could accept it themselves needs no second step");
        (await PublishAsync(TestPackage.Create(version: "1.1.0"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>();

        await JoinAsync(Bob, PublisherRoles.Maintainer);
        await JoinAsync(Cyd, PublisherRoles.Viewer);

        await PublishedAsync(TestPackage.Create(version: "1.1.0"), Bob);
        (await States.YankAsync(As(Bob), "Notes", "1.1.0", "Oops.")).ShouldBeOfType<VersionOutcome.Done>();
        (await States.DeleteAsync(As(Bob), "Notes", "1.1.0", null, isForced: false)).ShouldBe(new VersionOutcome.NotPermitted("Notes"));
        (await PublishAsync(TestPackage.Create(version: "1.2.0"), Cyd)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        (await States.YankAsync(As(Cyd), "Notes", "1.0.0", "x")).ShouldBe(new VersionOutcome.NotPermitted("Notes"));
        (await Publishers.MembersAsync(As(Cyd), (await Publishers.FindAsync("acme"))!))!.Select(member => $"{member.UserName} {member.Role}").ShouldBe(["ada owner", "bob maintainer", "cyd viewer"]);
        (await Catalog.FindAsync("Notes"))!.PublisherName.ShouldBe("acme");

        (await Publishers.RemoveMemberAsync(As(Bob), "acme", Bob)).ShouldBe(new PublisherOutcome.Done());
        (await PublishAsync(TestPackage.Create(version: "1.2.0"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>();
    }

    [Fact]
    public async Task Nobody_becomes_a_member_without_saying_yes_and_an_invitation_ends()
    {
        await AcmeAsync();
        var id = (await Invitations.InviteAsync(As(Ada), "acme", "BOB", PublisherRoles.Admin)).ShouldBeOfType<PublisherOutcome.Done>().Id!;
        (await Invitations.AnswerAsync(As(Cyd), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Unknown>("it is not theirs");
        (await Publishers.SlugsAsync((await Publishers.FindAsync("acme"))!)).ShouldBeEmpty();
        (await Publishers.SetRoleAsync(As(Bob), "acme", Ada, PublisherRoles.Viewer)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        (await Invitations.AnswerAsync(As(Bob), id, accepts: false)).ShouldBeOfType<PublisherOutcome.Done>();
        (await Invitations.AnswerAsync(As(Bob), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Unknown>();

        id = (await Invitations.InviteAsync(As(Ada), "acme", Bob, PublisherRoles.Admin)).ShouldBeOfType<PublisherOutcome.Done>().Id!;
        (await Invitations.ToUserAsync(Bob)).ShouldHaveSingleItem().Id.ShouldBe(id);
        Time.Advance(TimeSpan.FromDays(14));
        (await Invitations.ToUserAsync(Bob)).ShouldBeEmpty();
        (await Invitations.AnswerAsync(As(Bob), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Unknown>();
    }

    [Fact]
    public async Task An_admin_cannot_make_or_unmake_owners_and_the_last_owner_stays()
    {
        await AcmeAsync();
        await JoinAsync(Bob, PublisherRoles.Admin);

        (await Publishers.SetRoleAsync(As(Bob), "acme", Bob, PublisherRoles.Owner)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        (await Publishers.SetRoleAsync(As(Bob), "acme", Ada, PublisherRoles.Viewer)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        (await Publishers.RemoveMemberAsync(As(Bob), "acme", Ada)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        (await Invitations.InviteAsync(As(Bob), "acme", Cyd, PublisherRoles.Owner)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        (await Publishers.RemoveMemberAsync(As(Ada), "acme", Ada)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.last_owner");
        (await Publishers.SetRoleAsync(As(Ada), "acme", Ada, PublisherRoles.Viewer)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.last_owner");

        (await Publishers.SetRoleAsync(As(Ada), "acme", Bob, PublisherRoles.Owner)).ShouldBeOfType<PublisherOutcome.Done>();
        (await Publishers.RemoveMemberAsync(As(Ada), "acme", Ada)).ShouldBeOfType<PublisherOutcome.Done>();
    }

    [Fact]
    public async Task A_prefix_keeps_new_slugs_for_its_publisher_and_leaves_old_ones_alone()
    {
        await PublishedAsync(TestPackage.Create("acme.old"), Bob);
        await AcmeAsync();
        (await Publishers.GrantPrefixAsync(As(Ada), "acme", "acme.")).ShouldBe(new PublisherOutcome.NotPermitted("acme acme.", "administrator"));
        (await Publishers.GrantPrefixAsync(As(Bob, administrator: true), "acme", "ACME.")).ShouldBeOfType<PublisherOutcome.Done>();

        (await PublishAsync(TestPackage.Create("Acme.New"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>().Why!.ShouldContain("'acme'");
        await PublishedAsync(TestPackage.Create("acme.old", "1.1.0"), Bob);
        await PublishedAsync(TestPackage.Create("acme-else"), Bob);
        await PublishedAsync(TestPackage.Create("Acme.New"), Ada);
        (await Catalog.FindAsync("acme.new"))!.PublisherName.ShouldBe("acme");
        (await Publishers.SlugsAsync((await Publishers.FindAsync("acme"))!)).ShouldBe(["Acme.New"]);
        await PublishedAsync(TestPackage.Create("Acme.Admin"), Cyd, administrator: true);

        (await Publishers.RemoveAsync(As(Ada), "acme")).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.owns");
        (await Publishers.RevokePrefixAsync(As(Ada), "acme", "acme.")).ShouldBeOfType<PublisherOutcome.Done>();
        await PublishedAsync(TestPackage.Create("Acme.Free"), Bob);
    }

    [Fact]
    public async Task The_longest_prefix_decides()
    {
        await AcmeAsync();
        await Publishers.CreateAsync(As(Bob), "labs", "Labs");
        await Publishers.GrantPrefixAsync(As(Cyd, administrator: true), "acme", "acme.");
        await Publishers.GrantPrefixAsync(As(Cyd, administrator: true), "labs", "acme.labs.");

        (await PublishAsync(TestPackage.Create("acme.labs.x"), Ada)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        await PublishedAsync(TestPackage.Create("acme.labs.x"), Bob);
        (await PublishAsync(TestPackage.Create("acme.labsx"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        (await Publishers.GrantPrefixAsync(As(Cyd, administrator: true), "labs", "acme.")).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.prefix_taken");
        foreach (var bad in new[] { "", "acme", ".", "a.", "9x.", "acme%", "acm_e", new string('a', 40) + "." })
            (await Publishers.GrantPrefixAsync(As(Cyd, administrator: true), "labs", bad)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.prefix");
    }

    [Fact]
    public async Task A_reserved_name_is_nobodys()
    {
        var names = Part<IReservedNames>();
        await names.ReserveAsync(As(Bob, administrator: true), "Berth-Core", "It would look official.");

        (await PublishAsync(TestPackage.Create("berth-core"))).ShouldBeOfType<PublishOutcome.SlugTaken>().Why!.ShouldContain("It would look official.");
        (await names.ListAsync(10, null)).ShouldHaveSingleItem().Slug.ShouldBe("berth-core");
        (await names.ReleaseAsync(As(Bob, administrator: true), "BERTH-CORE")).ShouldBeOfType<PublisherOutcome.Done>();
        (await names.ReleaseAsync(As(Bob, administrator: true), "BERTH-CORE")).ShouldBeOfType<PublisherOutcome.Unknown>();
        await PublishedAsync(TestPackage.Create("berth-core"));
    }

    [Fact]
    public async Task A_plugin_changes_hands_only_when_who_gets_it_accepts()
    {
        await UsersAsync();
        await PublishedAsync(TestPackage.Create());
        (await Transfers.OfferAsync(As(Bob), "Notes", Bob)).ShouldBeOfType<PublisherOutcome.NotPermitted>();
        var id = (await Transfers.OfferAsync(As(Ada), "Notes", "bob")).ShouldBeOfType<PublisherOutcome.Done>().Id!;

        (await Transfers.AnswerAsync(As(Cyd), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Unknown>();
        (await Transfers.ToUserAsync(Bob)).ShouldHaveSingleItem().Slug.ShouldBe("Notes");
        (await PublishAsync(TestPackage.Create(version: "1.1.0"), Bob)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        (await Transfers.AnswerAsync(As(Bob), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Done>();

        await PublishedAsync(TestPackage.Create(version: "1.1.0"), Bob);
        (await PublishAsync(TestPackage.Create(version: "1.2.0"), Ada)).ShouldBeOfType<PublishOutcome.SlugTaken>();
        (await CountAsync("outbox WHERE type = 'berth.package.transferred'")).ShouldBe(1);
        (await Transfers.OfferAsync(As(Bob), "Notes", "nobody-at-all")).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.receiver");
        id = (await Transfers.OfferAsync(As(Bob), "Notes", Ada)).ShouldBeOfType<PublisherOutcome.Done>().Id!;
        (await Transfers.WithdrawAsync(As(Bob), id)).ShouldBeOfType<PublisherOutcome.Done>();
        (await Transfers.AnswerAsync(As(Ada), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Unknown>();
    }

    [Fact]
    public async Task A_proof_that_is_found_verifies_until_it_is_not_found_for_a_month()
    {
        await AcmeAsync();
        var id = (await Proofs.BeginAsync(As(Ada), "acme", "domain", "ACME.example")).ShouldBeOfType<PublisherOutcome.Done>().Id!;
        var proof = (await Proofs.ListAsync(As(Ada), (await Publishers.FindAsync("acme"))!))!.ShouldHaveSingleItem();
        proof.Subject.ShouldBe("acme.example");
        (await Proofs.CheckAsync(As(Ada), "acme", id)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.proof_missing");
        (await Publishers.FindAsync("acme"))!.IsVerified.ShouldBeFalse();

        _web.Lines.Add(("domain", "acme.example", proof.Token));
        (await Proofs.CheckAsync(As(Ada), "acme", id)).ShouldBeOfType<PublisherOutcome.Done>();
        (await Publishers.FindAsync("acme"))!.IsVerified.ShouldBeTrue();
        (await Publishers.GrantPrefixAsync(As(Ada), "acme", "acme.")).ShouldBeOfType<PublisherOutcome.Done>("a verified publisher takes its own name");
        (await Publishers.GrantPrefixAsync(As(Ada), "acme", "other.")).ShouldBeOfType<PublisherOutcome.NotPermitted>();

        Time.Advance(TimeSpan.FromDays(8));
        (await Proofs.RecheckAsync()).ShouldBe(1);
        (await Proofs.RecheckAsync()).ShouldBe(0);
        _web.Lines.Clear();
        Time.Advance(TimeSpan.FromDays(8));
        (await Proofs.RecheckAsync()).ShouldBe(1);
        (await Publishers.FindAsync("acme"))!.IsVerified.ShouldBeTrue("one failure is no proof of the contrary");
        Time.Advance(TimeSpan.FromDays(23));
        await Proofs.RecheckAsync();
        (await Publishers.FindAsync("acme"))!.IsVerified.ShouldBeFalse();
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT data FROM outbox WHERE type = 'berth.publisher.verified' ORDER BY seq"))).Select(data => data.Contains("true", StringComparison.Ordinal)).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("domain", "localhost")]
    [InlineData("domain", "10.0.0.1")]
    [InlineData("domain", "acme.example:8080")]
    [InlineData("domain", "acme.example/path")]
    [InlineData("domain", "user@acme.example")]
    [InlineData("domain", "-acme.example")]
    [InlineData("domain", "")]
    [InlineData("repository", "https://gitlab.com/acme/x")]
    [InlineData("repository", "https://github.com/acme")]
    [InlineData("repository", "https://github.com/acme/../x")]
    [InlineData("repository", "http://github.com/acme/x")]
    [InlineData("dns", "acme.example")]
    public async Task What_cannot_be_proved_is_refused(string kind, string subject)
    {
        await AcmeAsync();
        (await Proofs.BeginAsync(As(Ada), "acme", kind, subject)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.proof_subject");
    }

    [Fact]
    public async Task A_persons_own_publisher_is_made_when_it_is_asked_for()
    {
        await UsersAsync();
        await PublishedAsync(TestPackage.Create());
        var own = (await Publishers.FindAsync("~" + Ada)).ShouldNotBeNull();
        (own.Kind, own.DisplayName, own.UserId).ShouldBe((PublisherKinds.Personal, "ada", Ada));
        (await Publishers.SlugsAsync(own)).ShouldBe(["Notes"]);
        (await Publishers.FindAsync("~" + new string('f', 32))).ShouldBeNull();
        (await Invitations.InviteAsync(As(Ada), own.Name, Bob, PublisherRoles.Viewer)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.personal");
        (await Publishers.RemoveAsync(As(Ada), own.Name)).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.personal");
    }

    [Fact]
    public async Task Names_are_unique_and_have_a_form()
    {
        await AcmeAsync();
        (await Publishers.CreateAsync(As(Bob), "acme", "Other")).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.exists");
        foreach (var bad in new[] { "", "A", "Acme", "a", "-acme", "acme-", "ac--me", "~" + Ada, "a.b", new string('a', 40) })
            (await Publishers.CreateAsync(As(Bob), bad, "x")).ShouldBeOfType<PublisherOutcome.Refused>().Code.ShouldBe("publisher.name", bad);
        (await Publishers.CreateAsync(As(Bob), "b1", "x", isDryRun: true)).ShouldBe(new PublisherOutcome.Done());
        (await Publishers.ListAsync(10, null)).Select(publisher => publisher.Name).ShouldBe(["acme"]);
    }

    private async Task UsersAsync()
    {
        foreach (var (id, name) in new[] { (Ada, "ada"), (Bob, "bob"), (Cyd, "cyd") })
        {
            await Database.WriteAsync(s => s.ExecuteAsync(
                "INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@id, @name, @name, '[]', 0) ON CONFLICT (id) DO NOTHING", new { id, name }));
        }
    }

    private async Task AcmeAsync()
    {
        await UsersAsync();
        (await Publishers.CreateAsync(As(Ada), "acme", "Acme Ltd")).ShouldBeOfType<PublisherOutcome.Done>();
    }

    private async Task JoinAsync(string user, string role)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        var id = (await Invitations.InviteAsync(As(Ada), "acme", user, role)).ShouldBeOfType<PublisherOutcome.Done>().Id!;
        (await Invitations.AnswerAsync(As(user), id, accepts: true)).ShouldBeOfType<PublisherOutcome.Done>();
    }

    private sealed class Web : IProofCheck
    {
        public HashSet<(string Kind, string Subject, string Token)> Lines { get; } = [];

        public Task<string?> FindTroubleAsync(string kind, string subject, string token, CancellationToken cancellationToken = default) =>
            Task.FromResult(Lines.Contains((kind, subject, token)) ? null : "The line is not there.");
    }

    public sealed class OnSqlite() : PublishersTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PublishersTests(DatabaseKind.PostgreSql);
}
