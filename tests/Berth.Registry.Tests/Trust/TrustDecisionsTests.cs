using Berth.Data.Sessions;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Trust;

public abstract class TrustDecisionsTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task A_decision_is_in_force_at_once_and_tells_who_and_why()
    {
        await PublishedAsync(TestPackage.Create());
        Time.Advance(TimeSpan.FromHours(1));

        (await Trust.DecideAsync("NOTES", TrustLevels.Verified, Bob, "Read every line.")).ShouldBeTrue();

        (await Catalog.FindAsync("Notes"))!.TrustLevel.ShouldBe(TrustLevels.Verified);
        var history = await Trust.HistoryAsync("notes");
        history.Select(d => d.Level).ShouldBe([TrustLevels.Verified, TrustLevels.Community]);
        history[0].ShouldBe(new TrustDecision("Notes", TrustLevels.Verified, Bob, "Read every line.", Time.GetUtcNow()));
        history[1].DecidedBy.ShouldBe(Ada);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE type = 'berth.package.trust_decided'"))).ShouldBe(1);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'package.trust' AND actor_id = @Bob", new { Bob }))).ShouldBe(1);
    }

    [Fact]
    public async Task A_later_version_does_not_change_what_was_decided()
    {
        await PublishedAsync(TestPackage.Create());
        await Trust.DecideAsync("Notes", TrustLevels.Untrusted, Bob, "Odd.");

        var second = await PublishedAsync(TestPackage.Create(version: "2.0.0"), Bob, administrator: true);

        second.TrustLevel.ShouldBe(TrustLevels.Untrusted);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_decided_on()
    {
        (await Trust.DecideAsync("Nobody", TrustLevels.Verified, Bob, "Why not.")).ShouldBeFalse();
        (await Trust.HistoryAsync("Nobody")).ShouldBeEmpty();
        (await CountAsync("trust_decision")).ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_known_levels_exist_and_a_reason_is_needed()
    {
        await PublishedAsync(TestPackage.Create());

        await Should.ThrowAsync<ArgumentException>(() => Trust.DecideAsync("Notes", "super", Bob, "x"));
        await Should.ThrowAsync<ArgumentException>(() => Trust.DecideAsync("Notes", TrustLevels.Verified, Bob, " "));
        (await Trust.HistoryAsync("Notes")).Count.ShouldBe(1);
    }

    public sealed class OnSqlite() : TrustDecisionsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustDecisionsTests(DatabaseKind.PostgreSql);
}
