using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Publishers;
using Berth.Registry.Publishing;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Registry.Tests.Keys;

/// <summary>Whose keys sign a plugin of an organisation.</summary>
public abstract class OrganisationKeysTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private static readonly byte[] Package = TestPackage.Create();
    private static readonly byte[] Next = TestPackage.Create(version: "1.1.0");

    [Fact]
    public async Task A_maintainers_key_signs_and_a_viewers_does_not()
    {
        const string viewer = "0000000000000000000000000000000e";
        await PublishedAsync(Package);
        await Organisations.OwnAsync(Database, "Notes", (Ada, PublisherRoles.Owner), (Bob, PublisherRoles.Maintainer), (viewer, PublisherRoles.Viewer));
        Part<CatalogSnapshots>().Invalidate("Notes");
        using var bobs = await KeyOfAsync(Bob);
        using var viewers = await KeyOfAsync(viewer);
        var bob = new KeyActor(Bob, Bob, IsAdministrator: false);

        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, bobs), AdaHerself)).ShouldBeOfType<SignatureOutcome.Kept>("the owner sends what the maintainer signed");
        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, bobs), bob)).ShouldBeOfType<SignatureOutcome.Kept>("or they send it themselves");
        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, viewers), bob)).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyOwner);
        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, viewers), new KeyActor(viewer, viewer, false))).ShouldBeOfType<SignatureOutcome.Forbidden>();

        (await Stage().RunAsync(await ContextAsync(Next, await SignAsync(Next, bobs)), default)).ShouldBeOfType<StageVerdict.Passed>("Ada publishes what Bob signed");
        (await Stage().RunAsync(await ContextAsync(Next, await SignAsync(Next, viewers)), default)).ShouldBeOfType<StageVerdict.Refused>();
    }

    [Fact]
    public async Task Who_brought_a_plugin_and_left_its_organisation_signs_it_no_more()
    {
        await PublishedAsync(Package);
        using var adas = await KeyOfAsync();
        await Organisations.OwnAsync(Database, "Notes", (Bob, PublisherRoles.Owner));
        Part<CatalogSnapshots>().Invalidate("Notes");

        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, adas), AdaHerself)).ShouldBeOfType<SignatureOutcome.Forbidden>();
        (await Stage().RunAsync(await ContextAsync(Next, await SignAsync(Next, adas), Bob), default))
            .ShouldBeOfType<StageVerdict.Refused>().Faults.ShouldHaveSingleItem().Code.ShouldBe(Codes.KeyOwner);
    }

    [Fact]
    public async Task A_publish_with_a_signature_that_does_not_hold_is_told_and_a_validation_is_not()
    {
        using var unknown = SigningKey.Create(SignatureAlgorithm.ES256);
        var file = System.Text.Encoding.UTF8.GetString(await SignAsync(Package, unknown));
        PublishRequest Request() => new(Ada, false, new MemoryStream(Package)) { Signature = file };

        (await Publisher.ValidateAsync(Request())).ShouldBeOfType<PublishOutcome.Refused>();
        (await EventsAsync("berth.signature.rejected")).ShouldBeEmpty();
        (await Publisher.PublishAsync(Request())).ShouldBeOfType<PublishOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyUnknown);

        (await EventsAsync("berth.signature.rejected")).ShouldBe(["Notes@1.0.0"]);
        var told = (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT data FROM outbox WHERE type = 'berth.signature.rejected'"))).ShouldHaveSingleItem();
        told.ShouldContain(unknown.Public.Thumbprint);
        told.ShouldContain(Codes.KeyUnknown);
        (await CountAsync("package_version")).ShouldBe(0);
    }

    [Fact]
    public async Task A_signature_file_that_is_none_is_told_without_a_key()
    {
        (await Publisher.PublishAsync(new PublishRequest(Ada, false, new MemoryStream(Package)) { Signature = "{}" })).ShouldBeOfType<PublishOutcome.Refused>();

        var told = (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT data FROM outbox WHERE type = 'berth.signature.rejected'"))).ShouldHaveSingleItem();
        told.ShouldContain("\"key_id\":null");
    }

    public sealed class OnSqlite() : OrganisationKeysTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : OrganisationKeysTests(DatabaseKind.PostgreSql);
}
