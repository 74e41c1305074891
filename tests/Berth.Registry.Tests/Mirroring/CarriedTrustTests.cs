using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Carrying;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring;
using Berth.Registry.Publishing;
using Berth.Registry.Tests.Keys;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Tests.Mirroring;

/// <summary>Another registry's decisions on plugins that came from there.</summary>
public abstract class CarriedTrustTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private const string Source = "https://there.example";
    private static readonly TrustActor Mirror = new(Ada, IsAdministrator: true, IsReviewer: true);

    private ICarriedTrust Carried => Part<ICarriedTrust>();

    [Theory]
    [InlineData(TrustLevels.Internal, TrustLevels.Community, TrustLevels.Verified)]
    [InlineData(TrustLevels.Verified, TrustLevels.Community, TrustLevels.Verified)]
    [InlineData(TrustLevels.Community, TrustLevels.Community, TrustLevels.Community)]
    [InlineData(TrustLevels.Untrusted, TrustLevels.Untrusted, TrustLevels.Untrusted)]
    public async Task A_plugin_that_is_carried_begins_as_anybodys_and_has_its_sources_level_verified_at_most(string there, string first, string then)
    {
        // Also when the account that carries it is said to be an administrator's.
        (await ComeAsync(there, administrator: true)).ShouldBe(first);

        (await CarryAsync(there)).Level.ShouldBe(then);

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(then);
        (await CarryAsync(there)).Outcome.ShouldBe(CarriedTrustOutcomes.Unchanged, "again changes nothing");
    }

    [Fact]
    public async Task Who_decided_there_the_evidence_and_the_expiry_come_along_and_it_runs_out_here_as_well()
    {
        await ComeAsync();
        var expires = Time.GetUtcNow().AddDays(30);
        var there = Decision(TrustLevels.Verified) with
        {
            DecidedBy = Bob,
            DecidedAt = Time.GetUtcNow().AddDays(-3),
            Evidence = JsonSerializer.SerializeToElement(new { read = "every line", score = 0.5 }),
            ExpiresAt = expires,
        };

        (await Carried.CarryAsync(there, Mirror)).Value!.Outcome.ShouldBe(CarriedTrustOutcomes.Carried);

        var newest = (await Trust.HistoryAsync("Notes"))[0];
        (newest.Kind, newest.Level, newest.DecidedBy, newest.ExpiresAt, newest.Reason).ShouldBe(("carried", TrustLevels.Verified, Ada, expires, $"As decided by {Source}: Read it."));
        var evidence = newest.Evidence.ShouldNotBeNull();
        evidence.GetProperty("source").GetString().ShouldBe(Source);
        evidence.GetProperty("decided_by").GetString().ShouldBe(Bob);
        evidence.GetProperty("evidence").GetProperty("score").GetDouble().ShouldBe(0.5);
        (await Carried.CarryAsync(there, Mirror)).Value!.Outcome.ShouldBe(CarriedTrustOutcomes.Unchanged);
        Time.Advance(TimeSpan.FromDays(30));
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community);
        (await Carried.CarryAsync(there, Mirror)).Value!.Outcome.ShouldBe(CarriedTrustOutcomes.Over);
    }

    [Fact]
    public async Task A_decision_with_an_end_takes_the_place_of_an_earlier_one_without()
    {
        await ComeAsync();
        // As older programs recorded it: the source's reason, and no end.
        await Trust.DecideAsync("Notes", TrustLevels.Verified, Ada, $"As decided by {Source}: Read it.");

        await Carried.CarryAsync(Decision(TrustLevels.Verified) with { ExpiresAt = Time.GetUtcNow().AddDays(1) }, Mirror);

        Time.Advance(TimeSpan.FromDays(1));
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Community, "what lies below never was anybody's decision");
    }

    [Fact]
    public async Task A_source_that_lowers_and_raises_again_is_followed()
    {
        await ComeAsync();
        foreach (var level in (string[])[TrustLevels.Verified, TrustLevels.Untrusted, TrustLevels.Community, TrustLevels.Quarantined, TrustLevels.Verified])
            (await CarryAsync(level)).Level.ShouldBe(level);
    }

    [Theory]
    [InlineData(TrustLevels.Untrusted)]
    [InlineData(TrustLevels.Verified)]
    public async Task What_people_here_decided_stays_lowered_or_raised(string here)
    {
        await ComeAsync();
        await CarryAsync(TrustLevels.Community);
        // Nobody else could decide: the account that mirrors is its registry's lone administrator.
        (await Trust.DecideAsync(new TrustDraft("Notes", here, "We have looked ourselves."), Mirror)).IsDone.ShouldBeTrue();

        foreach (var level in (string[])[TrustLevels.Verified, TrustLevels.Community, TrustLevels.Untrusted, TrustLevels.Internal])
            (await CarryAsync(level)).ShouldBe(new CarriedTrustOutcome("Notes", here, here, CarriedTrustOutcomes.DecidedHere, null));

        // A stop comes all the same, and when its source lifts it, theirs is back.
        (await CarryAsync(TrustLevels.Quarantined)).Level.ShouldBe(TrustLevels.Quarantined);
        (await CarryAsync(TrustLevels.Community)).ShouldBe(new CarriedTrustOutcome("Notes", here, TrustLevels.Quarantined, CarriedTrustOutcomes.DecidedHere, null));
    }

    [Fact]
    public async Task What_is_this_registrys_own_stays_internal()
    {
        await PublishedAsync(TestPackage.Create(), administrator: true);

        (await CarryAsync(TrustLevels.Untrusted)).Outcome.ShouldBe(CarriedTrustOutcomes.Own);

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Internal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_older_mirror_made_internal_is_known_by_the_key_that_it_registered_for_what_it_brought(bool isByMirror)
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        (await Keys.AddAsync(new NewKey(key.Public, Ada, Ada, isByMirror ? CarriedKeys.FromMirror : "laptop", DateTimeOffset.UnixEpoch) { IsVouchedFor = true })).ShouldBeOfType<KeyOutcome.Done>();
        var package = TestPackage.Create();
        var request = new PublishRequest(Ada, PublisherIsAdministrator: true, new MemoryStream(package)) { Signature = System.Text.Encoding.UTF8.GetString(await SignAsync(package, key)) };
        (await Publisher.PublishAsync(request)).ShouldBeOfType<PublishOutcome.Published>().Version.TrustLevel.ShouldBe(TrustLevels.Internal);
        var expires = Time.GetUtcNow().AddDays(1);

        var outcome = (await Carried.CarryAsync(Decision(TrustLevels.Verified) with { ExpiresAt = expires }, Mirror)).Value!;

        outcome.Level.ShouldBe(isByMirror ? TrustLevels.Verified : TrustLevels.Internal);
        Time.Advance(TimeSpan.FromDays(1));
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(isByMirror ? TrustLevels.Community : TrustLevels.Internal, "it never becomes internal again");
    }

    [Fact]
    public async Task Raising_asks_of_who_carries_what_it_asks_of_everybody_and_lowering_does_not()
    {
        await ComeAsync();
        await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@Bob, @Bob, @Bob, '[\"reviewer\"]', 0)", new { Bob }));

        (await Carried.CarryAsync(Decision(TrustLevels.Verified), Mirror)).Refusal!.Code.ShouldBe("trust.own_plugin");
        (await CarryAsync(TrustLevels.Untrusted)).Level.ShouldBe(TrustLevels.Untrusted);
        (await Carried.CarryAsync(Decision(TrustLevels.Verified), Mirror with { IsAdministrator = false, IsReviewer = false })).Refusal!.Code.ShouldBe("auth.reviewer");
    }

    [Fact]
    public async Task Another_source_may_lower_what_the_first_one_said_and_not_raise_it()
    {
        await ComeAsync();
        await CarryAsync(TrustLevels.Community);
        var other = Decision(TrustLevels.Verified) with { Source = "https://elsewhere.example" };

        (await Carried.CarryAsync(other, Mirror)).Value!.Outcome.ShouldBe(CarriedTrustOutcomes.DecidedHere);
        (await Carried.CarryAsync(other with { Level = TrustLevels.Untrusted }, Mirror)).Value!.Level.ShouldBe(TrustLevels.Untrusted);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_hosts_are_told_of_what_was_lowered()
    {
        await ComeAsync();
        await CarryAsync(TrustLevels.Verified);

        (await Carried.CarryAsync(Decision(TrustLevels.Untrusted), Mirror, isDryRun: true)).Value!.Level.ShouldBe(TrustLevels.Untrusted);
        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Verified);
        (await RestrictionsAsync()).ShouldBeEmpty();

        await CarryAsync(TrustLevels.Untrusted);
        (await RestrictionsAsync()).ShouldBe(["Notes untrusted"]);
        (await Carried.CarryAsync(Decision(TrustLevels.Untrusted) with { Slug = "Nowhere" }, Mirror)).Refusal!.Code.ShouldBe("plugin.unknown");
    }

    private static CarriedDecision Decision(string level) => new("Notes", Source, level, "Read it.");

    private async Task<string> ComeAsync(string level = TrustLevels.Community, bool administrator = false) =>
        (await Publisher.PublishAsync(new PublishRequest(Ada, administrator, new MemoryStream(TestPackage.Create())) { Origin = new PackageOrigin(Source, level) }))
            .ShouldBeOfType<PublishOutcome.Published>().Version.TrustLevel;

    private async Task<CarriedTrustOutcome> CarryAsync(string level) => (await Carried.CarryAsync(Decision(level), Mirror)).Value.ShouldNotBeNull();

    private async Task<IEnumerable<string>> RestrictionsAsync() => JsonDocument.Parse((await Part<IQuarantines>().StatementAsync()).Json).RootElement.GetProperty("restrictions")
        .EnumerateArray().Select(one => $"{one.GetProperty("slug").GetString()} {one.GetProperty("level").GetString()}");

    public sealed class OnSqlite() : CarriedTrustTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : CarriedTrustTests(DatabaseKind.PostgreSql);
}
