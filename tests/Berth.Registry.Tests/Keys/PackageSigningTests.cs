using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Registry.Tests.Keys;

public abstract class PackageSigningTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private static readonly byte[] Package = TestPackage.Create();

    [Fact]
    public async Task A_signature_is_kept_countersigned_and_shown_with_the_version()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();

        var kept = (await AddAsync(await SignAsync(Package, key))).ShouldBeOfType<SignatureOutcome.Kept>();

        kept.Added.ShouldBe(1);
        var shown = (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull().Signatures;
        shown.Where(one => one.Role == SignatureRole.Author).ShouldHaveSingleItem().Kid.ShouldBe(key.Public.Thumbprint);
        shown.ShouldContain(one => one.Role == SignatureRole.Registry);
        shown.ShouldAllBe(one => one.Fault == null && one.ReceivedAt == Time.GetUtcNow());
        (await EventsAsync("berth.signature.verified")).ShouldBe(["Notes@1.0.0"]);
        (await AsAHostAsync(Package)).ShouldAllBe(one => one.Fault == null);
    }

    [Fact]
    public async Task The_same_signature_again_changes_nothing()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();
        var file = await SignAsync(Package, key);
        await AddAsync(file);

        (await AddAsync(file)).ShouldBeOfType<SignatureOutcome.Kept>().Added.ShouldBe(0);

        (await Signatures.ListAsync("notes", "1.0.0")).ShouldNotBeNull().Count(one => one.Role == SignatureRole.Author).ShouldBe(1);
    }

    [Fact]
    public async Task R56_What_an_author_signs_does_not_contain_the_signature_so_others_can_sign_the_same_later()
    {
        await PublishedAsync(Package);
        using var first = await KeyOfAsync();
        using var second = await KeyOfAsync(algorithm: SignatureAlgorithm.RS512);
        await AddAsync(await SignAsync(Package, first));

        await AddAsync(await SignAsync(Package, second));

        var judged = await AsAHostAsync(Package);
        judged.Count(one => one.Role == SignatureRole.Author).ShouldBe(2);
        judged.ShouldAllBe(one => one.Fault == null);
        (await Catalog.FindVersionAsync("Notes", "1.0.0"))!.Digest.ShouldBe(DigestOf(Package), "the package is as it was");
    }

    [Fact]
    public async Task One_broken_signature_refuses_all_and_is_told()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();
        using var other = await KeyOfAsync();
        var good = SignatureFile.Read(await SignAsync(Package, key)).File!.Signatures[0];
        var broken = SignatureFile.Read(await SignAsync(TestPackage.Create(content: "other"), other)).File!.Signatures[0];

        var refused = (await AddAsync(Encoding.UTF8.GetBytes(new SignatureFile([good, broken]).ToJson()))).ShouldBeOfType<SignatureOutcome.Refused>();

        refused.Faults.ShouldHaveSingleItem().Code.ShouldBe(Codes.Wrong);
        (await Signatures.ListAsync("Notes", "1.0.0")).ShouldNotBeNull().ShouldNotContain(one => one.Role == SignatureRole.Author);
        (await EventsAsync("berth.signature.rejected")).ShouldBe(["Notes@1.0.0"]);
    }

    [Fact]
    public async Task Keys_that_are_unknown_or_another_accounts_sign_nothing()
    {
        await PublishedAsync(Package);
        using var unknown = SigningKey.Create(SignatureAlgorithm.ES256);
        using var others = await KeyOfAsync(Bob);

        (await AddAsync(await SignAsync(Package, unknown))).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyUnknown);
        (await AddAsync(await SignAsync(Package, others))).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyOwner);
        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, others), new KeyActor(Bob, Bob, false))).ShouldBeOfType<SignatureOutcome.Forbidden>();
        (await Signatures.AddAsync("Notes", "9.0.0", await SignAsync(Package, others), AdaHerself)).ShouldBeOfType<SignatureOutcome.Unknown>();
        (await Signatures.ListAsync("Nothing", "1.0.0")).ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_countersigns_but_the_registry()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();
        var payload = await PayloadAsync(Package);
        var ours = DetachedSignature.Create(payload, DetachedSignature.FilesType, key, Time.GetUtcNow().AddYears(-1), SignatureRole.Registry);

        (await AddAsync(Encoding.UTF8.GetBytes(new SignatureFile([ours]).ToJson()))).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.Role);
    }

    [Fact]
    public async Task R57_What_was_signed_while_a_key_was_valid_stays_valid_after_its_expiry()
    {
        await PublishedAsync(Package);
        var next = TestPackage.Create(version: "1.1.0");
        await PublishedAsync(next);
        using var key = await KeyOfAsync(notAfter: Time.GetUtcNow().AddDays(30));
        await AddAsync(await SignAsync(Package, key));

        Time.Advance(TimeSpan.FromDays(31));

        (await ShownAsync()).ShouldAllBe(one => one.Fault == null);
        (await AsAHostAsync(Package)).ShouldAllBe(one => one.Fault == null);
        (await Signatures.AddAsync("Notes", "1.1.0", await SignAsync(next, key), AdaHerself)).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyExpired);
    }

    [Fact]
    public async Task R57_Without_a_countersignature_an_expired_key_proves_nothing_whatever_its_author_says_about_the_time()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var payload = await PayloadAsync(Package);
        var now = Time.GetUtcNow();
        var trusted = new TrustedKey(key.Public, new KeyValidity(now.AddDays(-60), NotAfter: now.AddDays(-30)), IsRegistry: false);
        var backdated = DetachedSignature.Create(payload, DetachedSignature.FilesType, key, now.AddDays(-40));

        PackageSignatures.Judge(new SignatureFile([backdated]), payload, _ => trusted, now).ShouldHaveSingleItem().Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyExpired);
    }

    [Fact]
    public async Task A_revocation_kills_signatures_received_from_its_time_on_and_no_earlier_ones()
    {
        await PublishedAsync(Package);
        var next = TestPackage.Create(version: "1.1.0");
        await PublishedAsync(next);
        using var key = await KeyOfAsync();
        await AddAsync(await SignAsync(Package, key));
        Time.Advance(TimeSpan.FromDays(2));
        await Signatures.AddAsync("Notes", "1.1.0", await SignAsync(next, key), AdaHerself);
        Time.Advance(TimeSpan.FromDays(2));

        var done = (await Keys.RevokeAsync(key.Public.Thumbprint, Time.GetUtcNow().AddDays(-3), "The laptop was stolen.", AdaHerself)).ShouldBeOfType<KeyOutcome.Done>();

        done.Broken.ShouldBe(["Notes@1.1.0"]);
        (await ShownAsync()).ShouldAllBe(one => one.Fault == null);
        (await ShownAsync("1.1.0")).Single(one => one.Role == SignatureRole.Author).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyRevoked);
        (await EventsAsync("berth.signature.rejected")).ShouldBe(["Notes@1.1.0"]);
        (await AsAHostAsync(Package)).ShouldAllBe(one => one.Fault == null);
        (await AsAHostAsync(next, "1.1.0")).Single(one => one.Role == SignatureRole.Author).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyRevoked);
    }

    [Fact]
    public async Task A_retired_key_signs_nothing_new_and_what_it_signed_stays()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();
        await AddAsync(await SignAsync(Package, key));
        Time.Advance(TimeSpan.FromSeconds(5));
        await Keys.RetireAsync(key.Public.Thumbprint, AdaHerself);
        var next = TestPackage.Create(version: "1.1.0");
        await PublishedAsync(next);

        (await ShownAsync()).ShouldAllBe(one => one.Fault == null);
        (await Signatures.AddAsync("Notes", "1.1.0", await SignAsync(next, key), AdaHerself)).ShouldBeOfType<SignatureOutcome.Refused>().Faults[0].Code.ShouldBe(Codes.KeyRetired);
    }

    [Fact]
    public async Task Rotation_drill_the_registrys_key_is_replaced_and_everything_still_verifies()
    {
        await PublishedAsync(Package);
        using var author = await KeyOfAsync();
        await AddAsync(await SignAsync(Package, author));
        var old = await Signer.KeyAsync();
        Time.Advance(TimeSpan.FromDays(1));

        // The drill: put the key away; the next thing to be signed brings its successor.
        (await Keys.RetireAsync(old.Thumbprint, AdaHerself)).ShouldBeOfType<KeyOutcome.Unknown>("it is not hers");
        (await Keys.RetireAsync(old.Thumbprint, Administrator)).ShouldBeOfType<KeyOutcome.Done>();
        Time.Advance(TimeSpan.FromSeconds(1));
        var fresh = await Signer.KeyAsync();
        var next = TestPackage.Create(version: "1.1.0");
        await PublishedAsync(next);
        await Signatures.AddAsync("Notes", "1.1.0", await SignAsync(next, author), AdaHerself);

        fresh.Thumbprint.ShouldNotBe(old.Thumbprint);
        (await Keys.RegistryKeysAsync()).Select(key => (key.Kid, key.State)).ShouldBe([(fresh.Thumbprint, KeyState.Active), (old.Thumbprint, KeyState.Retired)]);
        (await ShownAsync("1.1.0")).Where(one => one.Role == SignatureRole.Registry).ShouldAllBe(one => one.Kid == fresh.Thumbprint);
        (await AsAHostAsync(Package)).ShouldAllBe(one => one.Fault == null);
        (await AsAHostAsync(next, "1.1.0")).ShouldAllBe(one => one.Fault == null);

        // Another node, and this one after a restart, sign with the same key.
        await using var node = AnotherNode(Database);
        (await ((IRegistrySigner)node.GetService(typeof(IRegistrySigner))!).KeyAsync()).Thumbprint.ShouldBe(fresh.Thumbprint);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM server_key WHERE purpose = 'registry-signing' AND kid >= 1000000"))).ShouldBe(2);
    }

    [Fact]
    public async Task The_registry_signs_other_things_under_names_of_their_own()
    {
        var signature = await Signer.SignAsync("payload"u8.ToArray(), "berth-test+jws");
        var key = await Signer.KeyAsync();

        signature.Verify("payload"u8, "berth-test+jws", kid => kid == key.Thumbprint ? key : null).Fault.ShouldBeNull();
        signature.Header.SignedAt.ShouldBe(Time.GetUtcNow());
        signature.Verify("payload"u8, DetachedSignature.FilesType, _ => key).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.Type);
    }

    private Task<SignatureOutcome> AddAsync(byte[] file) => Signatures.AddAsync("Notes", "1.0.0", file, AdaHerself);

    private async Task<IReadOnlyList<PackageSignature>> ShownAsync(string version = "1.0.0") => (await Signatures.ListAsync("Notes", version)).ShouldNotBeNull();

    public sealed class OnSqlite() : PackageSigningTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PackageSigningTests(DatabaseKind.PostgreSql);
}
