using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Publishing;
using Berth.Registry.Tests.Keys;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Registry.Tests.Publishing.Stages;

public abstract class SignatureStageTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private static readonly byte[] Package = TestPackage.Create();

    [Fact]
    public async Task A_package_without_a_signature_passes_where_none_is_required()
    {
        var passed = (await Stage().RunAsync(await ContextAsync(Package), default)).ShouldBeOfType<StageVerdict.Passed>();

        passed.Evidence.ShouldNotBeNull().GetProperty("signatures").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Where_the_trust_level_requires_the_author_one_must_have_signed()
    {
        using var key = await KeyOfAsync();
        var stage = Stage(SignatureRole.Author);

        Code(await stage.RunAsync(await ContextAsync(Package), default)).ShouldBe(Codes.Required);
        (await stage.RunAsync(await ContextAsync(Package, await SignAsync(Package, key)), default)).ShouldBeOfType<StageVerdict.Passed>();
    }

    [Fact]
    public async Task The_evidence_names_each_signature_with_its_verdict()
    {
        using var key = await KeyOfAsync(algorithm: SignatureAlgorithm.ES512);

        var evidence = (await Stage().RunAsync(await ContextAsync(Package, await SignAsync(Package, key)), default)).Evidence.ShouldNotBeNull().GetProperty("signatures")[0];

        evidence.GetProperty("kid").GetString().ShouldBe(key.Public.Thumbprint);
        (evidence.GetProperty("role").GetString(), evidence.GetProperty("algorithm").GetString(), evidence.GetProperty("verdict").GetString(), evidence.GetProperty("owner").GetString())
            .ShouldBe(("author", "ES512", "valid", Ada));
    }

    [Fact]
    public async Task A_signature_that_does_not_hold_refuses_even_where_none_is_required()
    {
        using var key = await KeyOfAsync();
        using var unknown = SigningKey.Create(SignatureAlgorithm.ES256);
        using var others = await KeyOfAsync(Bob);
        var ofOther = await SignAsync(TestPackage.Create(content: "other"), key);
        async Task<string> Of(byte[] signature) => Code(await Stage().RunAsync(await ContextAsync(Package, signature), default));

        (await Of("{}"u8.ToArray())).ShouldBe(Codes.Form);
        (await Of(ofOther)).ShouldBe(Codes.Wrong);
        (await Of(await SignAsync(Package, unknown))).ShouldBe(Codes.KeyUnknown);
        (await Of(await SignAsync(Package, others))).ShouldBe(Codes.KeyOwner);
        (await Of(await SignAsync(Package, key, unknown))).ShouldBe(Codes.KeyUnknown);
        await Keys.RevokeAsync(key.Public.Thumbprint, null, null, AdaHerself);
        (await Of(await SignAsync(Package, key))).ShouldBe(Codes.KeyRevoked);
    }

    [Fact]
    public async Task R56_A_signature_inside_the_package_signs_nothing()
    {
        using var key = await KeyOfAsync();
        var inner = await SignAsync(Package, key);
        var with = TestPackage.Create(readme: Encoding.UTF8.GetString(inner));

        Code(await Stage(SignatureRole.Author).RunAsync(await ContextAsync(with), default)).ShouldBe(Codes.Required);
        Code(await Stage(SignatureRole.Author).RunAsync(await ContextAsync(with, inner), default)).ShouldBe(Codes.Wrong);
    }

    [Fact]
    public async Task What_is_kept_is_countersigned_in_the_same_transaction()
    {
        await PublishedAsync(Package);
        using var key = await KeyOfAsync();
        var context = await ContextAsync(Package, await SignAsync(Package, key));
        var stage = Stage();
        var verdict = await stage.RunAsync(context, default);

        await Database.WriteAsync(async session =>
        {
            await stage.StoreAsync(session, context, verdict, Time.GetUtcNow().ToUnixTimeMilliseconds());
            return 0;
        });

        var judged = await AsAHostAsync(Package);
        judged.Where(one => one.Role == SignatureRole.Author).ShouldHaveSingleItem().At.ShouldBe(Time.GetUtcNow());
        judged.ShouldContain(one => one.Role == SignatureRole.Registry);
        judged.ShouldAllBe(one => one.Fault == null);
        (await EventsAsync("berth.signature.verified")).ShouldBe(["Notes@1.0.0"]);
    }

    private static string Code(StageVerdict verdict) => verdict.ShouldBeOfType<StageVerdict.Refused>().Faults.ShouldHaveSingleItem().Code;

    public sealed class OnSqlite() : SignatureStageTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SignatureStageTests(DatabaseKind.PostgreSql);
}
