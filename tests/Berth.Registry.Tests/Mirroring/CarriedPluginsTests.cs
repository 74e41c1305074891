using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Carrying;
using Berth.Packaging.Signing;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Publishing;
using Berth.Registry.Tests.Keys;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Mirroring;

/// <summary>Administrators who carry from the same registry, one after another.</summary>
public abstract class CarriedPluginsTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private const string Source = "https://there.example";

    [Fact]
    public async Task Another_administrator_goes_on_with_a_mirror_for_the_account_that_began_it()
    {
        await AdministratorsAsync(Ada, Bob);
        await CarriedAsync(Ada, "1.0.0");

        var version = await CarriedAsync(Bob, "1.1.0");

        version.PublishedBy.ShouldBe(Ada);
        (await Database.ReadAsync(session => session.QueryAsync<string>("SELECT actor_id FROM audit WHERE action = 'package.publish' ORDER BY seq"))).ShouldBe([Ada, Bob]);
        (await CarryAsync(Bob, "1.0.0")).ShouldBeOfType<PublishOutcome.AlreadyPublished>();
    }

    [Fact]
    public async Task Authors_signatures_come_along_whichever_administrator_registered_the_key()
    {
        await AdministratorsAsync(Ada, Bob);
        using var author = SigningKey.Create(SignatureAlgorithm.ES256, 2048);
        (await VouchAsync(author, Ada)).ShouldBeOfType<KeyOutcome.Done>();
        (await VouchAsync(author, Bob)).ShouldBeOfType<KeyOutcome.Known>().Key.OwnerId.ShouldBe(Ada);
        await CarriedAsync(Ada, "1.0.0", author);

        (await CarriedAsync(Bob, "1.1.0", author)).Signatures.ShouldContain(signature => signature.Kid == author.Public.Thumbprint && signature.Fault == null);
        (await CarriedAsync(Bob, "1.0.0", author, slug: "Charts")).Signatures.ShouldContain(signature => signature.Kid == author.Public.Thumbprint, "a plugin of the colleague's own, too");
        using var later = SigningKey.Create(SignatureAlgorithm.ES256, 2048);
        (await VouchAsync(later, Bob)).ShouldBeOfType<KeyOutcome.Done>();
        (await CarriedAsync(Bob, "1.2.0", later)).Signatures.ShouldContain(signature => signature.Kid == later.Public.Thumbprint);
    }

    [Fact]
    public async Task Nobody_else_goes_on_and_what_did_not_begin_there_is_left_alone()
    {
        await AdministratorsAsync(Ada, Bob);
        await AccountAsync("0000000000000000000000000000000c", "[]");
        await CarriedAsync(Ada, "1.0.0");
        await PublishedAsync(TestPackage.Create("Own"), Ada);
        await CarriedAsync("0000000000000000000000000000000c", "1.0.0", slug: "Users");

        (await CarryAsync(Bob, "1.1.0", byAdministrator: false)).ShouldBeOfType<PublishOutcome.SlugTaken>("no administrator's token");
        (await CarryAsync(Bob, "1.1.0", source: "https://elsewhere.example")).ShouldBeOfType<PublishOutcome.SlugTaken>("from another registry");
        (await CarryAsync(Bob, "1.1.0", slug: "Own")).ShouldBeOfType<PublishOutcome.SlugTaken>("somebody's own work");
        (await CarryAsync(Bob, "1.1.0", slug: "Users")).ShouldBeOfType<PublishOutcome.SlugTaken>("what a user says that comes from there");
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE package SET owner_id = @Bob WHERE slug = 'Notes'", new { Bob }));
        (await CarryAsync(Ada, "1.1.0")).ShouldBeOfType<PublishOutcome.SlugTaken>("it was given to somebody since");
    }

    [Fact]
    public async Task A_key_that_its_owner_registered_is_nobody_elses_by_an_administrators_word()
    {
        await AdministratorsAsync(Ada, Bob);
        using var key = await KeyOfAsync(Ada);

        (await VouchAsync(key, Bob)).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.exists");

        await CarriedAsync(Ada, "1.0.0");
        (await CarryAsync(Bob, "1.0.0", slug: "Charts", signer: key)).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldHaveSingleItem().Code.ShouldBe("signature.key.owner");
    }

    private async Task AdministratorsAsync(params string[] ids)
    {
        foreach (var id in ids)
            await AccountAsync(id, "[\"admin\"]");
    }

    private Task AccountAsync(string id, string roles) => Database.WriteAsync(session => session.ExecuteAsync(
        "INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@id, @id, @id, @roles, 0)", new { id, roles }));

    private Task<KeyOutcome> VouchAsync(SigningKey key, string account) => Keys.AddAsync(new NewKey(key.Public, account, account, CarriedKeys.FromMirror, DateTimeOffset.UnixEpoch) { IsVouchedFor = true });

    private async Task<VersionRecord> CarriedAsync(string account, string version, SigningKey? signer = null, string slug = "Notes") =>
        (await CarryAsync(account, version, signer, slug)).ShouldBeOfType<PublishOutcome.Published>().Version;

    private async Task<PublishOutcome> CarryAsync(string account, string version, SigningKey? signer = null, string slug = "Notes", string source = Source, bool byAdministrator = true)
    {
        var package = TestPackage.Create(slug, version);
        return await Publisher.PublishAsync(new PublishRequest(account, PublisherIsAdministrator: false, new MemoryStream(package))
        {
            Origin = new PackageOrigin(source, TrustLevels.Community) { IsByAdministrator = byAdministrator },
            SenderId = account,
            Signature = signer is null ? null : Encoding.UTF8.GetString(await SignAsync(package, signer)),
        });
    }

    public sealed class OnSqlite() : CarriedPluginsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : CarriedPluginsTests(DatabaseKind.PostgreSql);
}
