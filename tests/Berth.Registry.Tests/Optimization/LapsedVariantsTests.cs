using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Packaging.Variants;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Optimization.Variants;

namespace Berth.Registry.Tests.Optimization;

/// <summary>Variants and a key of the registry that is revoked.</summary>
public abstract class LapsedVariantsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string Entry = "dist/index.js";
    private static readonly KeyActor Administrator = new(Bob, Bob, IsAdministrator: true);

    private IVariants Variants => Part<IVariants>();

    private IRegistrySigner Signer => Part<IRegistrySigner>();

    [Fact]
    public async Task What_a_stolen_key_signed_is_taken_back_at_once_and_made_again_with_the_key_in_force()
    {
        var version = await MadeAsync();
        var before = (await Variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull();
        var stolen = await Signer.KeyAsync();
        KidOf(before).ShouldBe(stolen.Thumbprint);

        await RevokeAsync(stolen.Thumbprint, Time.GetUtcNow().AddDays(-1));

        (await Variants.FindOfferedAsync(version, "optimized")).ShouldBeNull("the original is offered meanwhile");
        (await Variants.FindAsync(version, "optimized")).ShouldNotBeNull().State.ShouldBe(VariantState.Queued);
        await MakeAllAsync();
        var again = (await Variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull();
        again.Digest.ShouldBe(before.Digest, "the same package and tools give the same bytes");
        var keys = (await Part<IKeyRecords>().ListAsync()).ToDictionary(key => key.Kid, key => key.ToTrusted());
        var bytes = await Bench.ReadAsync(await DownloadAsync(again.Digest!));
        VariantSignature.Fault(bytes, before.Signature, keys).ShouldNotBeNull("a host does not take the old signature");
        VariantSignature.Fault(bytes, again.Signature, keys).ShouldBeNull();
        KidOf(again).ShouldBe((await Signer.KeyAsync()).Thumbprint);
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT detail FROM audit WHERE action = 'package.optimize' AND actor_id = 'system'"))).ShouldHaveSingleItem().ShouldContain(stolen.Thumbprint);
    }

    [Fact]
    public async Task What_was_signed_before_the_theft_stays()
    {
        var version = await MadeAsync();
        var before = (await Variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull();
        Time.Advance(TimeSpan.FromDays(2));

        await RevokeAsync((await Signer.KeyAsync()).Thumbprint, Time.GetUtcNow().AddDays(-1));

        (await Variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull().Signature.ShouldBe(before.Signature);
    }

    [Fact]
    public async Task What_is_signed_while_the_key_is_revoked_is_not_offered_but_made_again()
    {
        var version = await PublishedAsync(Wordy());
        await Variants.OrderAsync(version, Ada);
        var stolen = await Signer.KeyAsync();
        var signature = new SignatureFile([await Signer.SignAsync("x"u8.ToArray(), VariantSignature.Type)]).ToJson();
        (await Database.WriteAsync(s => LapsedVariants.IsLapsedAsync(s, signature))).ShouldBeFalse();

        await RevokeAsync(stolen.Thumbprint, Time.GetUtcNow().AddDays(-1));

        (await Database.WriteAsync(s => LapsedVariants.IsLapsedAsync(s, signature))).ShouldBeTrue("the row would be written with a signature that nobody believes");
        await MakeAllAsync();
        KidOf((await Variants.FindOfferedAsync(version, "optimized")).ShouldNotBeNull()).ShouldNotBe(stolen.Thumbprint);
    }

    private static byte[] Wordy() =>
        Bench.Pack(Entry, new { enabled = false }, (Entry, "/* many words that say nothing */\nexport default { mount(aPlace) { aPlace.textContent = 'shown'; } };\n"));

    private static string KidOf(VariantRecord variant) => SignatureFile.Read(variant.Signature!).File.ShouldNotBeNull().Signatures.ShouldHaveSingleItem().Header.Kid;

    private async Task<VersionRecord> MadeAsync()
    {
        var version = await PublishedAsync(Wordy());
        await Variants.OrderAsync(version, Ada);
        await MakeAllAsync();
        return version;
    }

    private async Task RevokeAsync(string kid, DateTimeOffset since) =>
        (await Part<IKeyRecords>().RevokeAsync(kid, since, "The database was copied.", Administrator)).ShouldBeOfType<KeyOutcome.Done>();

    private async Task MakeAllAsync()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        while (await Database.WriteAsync(session => VariantRows.ClaimAsync(session, now, now - 900_000)) is { } claimed)
            await Part<VariantMaker>().MakeAsync(claimed, CancellationToken.None);
    }

    public sealed class OnSqlite() : LapsedVariantsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : LapsedVariantsTests(DatabaseKind.PostgreSql);
}
