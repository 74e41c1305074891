using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Stages;
using Berth.Registry.Tests.Trust;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Requests;

namespace Berth.Registry.Tests.Publishing.Stages;

public abstract class TrustStageTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private static readonly Dictionary<string, StageVerdict> Scanned = new() { ["scan"] = new StageVerdict.Passed() };

    private TrustStage Stage => Part<TrustStage>();

    [Fact]
    public async Task R53_A_claim_of_the_manifest_becomes_a_request_and_no_level()
    {
        var publish = await ContextAsync(ClaimingPackages.Create("Claims", "internal"));
        var verdict = await Stage.RunAsync(publish, CancellationToken.None);

        await StoreAsync(publish, verdict);
        await StoreAsync(publish, verdict);

        verdict.ShouldBeOfType<StageVerdict.Passed>().Evidence!.Value.GetProperty("level").GetString().ShouldBe(TrustLevels.Community);
        var request = (await Part<ITrustRequests>().ListAsync("open", null, null, 10)).ShouldHaveSingleItem("one at a time");
        request.ShouldSatisfyAllConditions(r => r.Level.ShouldBe(TrustLevels.Internal), r => r.Source.ShouldBe("manifest"), r => r.RequestedBy.ShouldBe(Ada));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("community")]
    [InlineData("untrusted")]
    public async Task Who_claims_no_more_than_there_is_makes_no_request(string? claim)
    {
        var publish = await ContextAsync(ClaimingPackages.Create("Modest", claim));
        await StoreAsync(publish, await Stage.RunAsync(publish, CancellationToken.None));
        (await CountAsync("trust_request")).ShouldBe(0);
    }

    [Theory]
    [InlineData("plugin", "Bad", "plugin.quarantined")]
    [InlineData("publisher", Ada, "publisher.quarantined")]
    [InlineData("file", "", "file.quarantined")]
    public async Task What_is_quarantined_does_not_come_in_again(string kind, string subject, string code)
    {
        var package = ClaimingPackages.Create("Bad", null, "miner();");
        if (kind == "file")
            subject = DigestOf("miner();"u8.ToArray());
        var set = (await Part<IQuarantines>().SetAsync(new QuarantineDraft(kind, subject, "It mines."), Reviewer)).Value!;

        var faults = (await Stage.RunAsync(await ContextAsync(package), CancellationToken.None)).ShouldBeOfType<StageVerdict.Refused>().Faults;
        faults.ShouldHaveSingleItem().Code.ShouldBe(code);
        faults[0].Message.ShouldContain("It mines.");

        await Part<IQuarantines>().LiftAsync(set.Id, "x", Reviewer, isDryRun: false);
        (await Stage.RunAsync(await ContextAsync(package), CancellationToken.None)).ShouldBeOfType<StageVerdict.Passed>();
    }

    [Fact]
    public async Task What_nobody_scanned_is_held_where_the_policy_asks_for_a_scan()
    {
        var publish = await ContextAsync(ClaimingPackages.Create("Notes", null)) with { Before = new Dictionary<string, StageVerdict>() };
        (await Stage.RunAsync(publish, CancellationToken.None)).ShouldBeOfType<StageVerdict.Held>().Code.ShouldBe("trust.evidence_missing");
    }

    [Fact]
    public async Task A_required_signature_counts_only_when_the_signature_stage_found_it_good()
    {
        using var changes = JsonDocument.Parse("""{"required_signatures":["author"]}""");
        (await Part<ITrustPolicyBook>().SetAsync(TrustLevels.Community, changes.RootElement, Cyd, "x", isDryRun: false)).ShouldBeEmpty();
        var publish = await ContextAsync(ClaimingPackages.Create("Notes", null));
        var signed = new StageVerdict.Passed { Evidence = JsonSerializer.SerializeToElement(new { signatures = new[] { new { role = "author", verdict = "valid" } } }) };

        (await Stage.RunAsync(publish, CancellationToken.None)).ShouldBeOfType<StageVerdict.Held>();
        (await Stage.RunAsync(publish with { Before = new Dictionary<string, StageVerdict>(Scanned) { ["signature"] = new StageVerdict.Held("x", "x") { Evidence = signed.Evidence } } }, CancellationToken.None)).ShouldBeOfType<StageVerdict.Held>();
        (await Stage.RunAsync(publish with { Before = new Dictionary<string, StageVerdict>(Scanned) { ["signature"] = signed } }, CancellationToken.None)).ShouldBeOfType<StageVerdict.Passed>();
    }

    private Task<bool> StoreAsync(PublishContext publish, StageVerdict verdict) => Database.WriteAsync(async session =>
    {
        await Stage.StoreAsync(session, publish, verdict, Time.GetUtcNow().ToUnixTimeMilliseconds());
        return true;
    });

    private static async Task<PublishContext> ContextAsync(byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        var package = (await PackageReader.ReadAsync(content, PackageLimits.Default)).Package.ShouldNotBeNull();
        return new PublishContext(new PublishRequest(Ada, false, Stream.Null), package, () => new MemoryStream(bytes)) { Before = Scanned };
    }

    public sealed class OnSqlite() : TrustStageTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustStageTests(DatabaseKind.PostgreSql);
}
