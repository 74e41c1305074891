using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Publishers;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Stages;

namespace Berth.Registry.Tests.Publishing.Stages;

/// <summary>What a publisher may store.</summary>
public abstract class QuotaStageTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    [Fact]
    public async Task Without_a_quota_everything_passes() => (await RunAsync(PublisherQuotas.None, "Notes", "1.0.0")).ShouldBeOfType<StageVerdict.Passed>();

    [Fact]
    public async Task The_version_after_the_last_is_refused_with_the_numbers()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        (await RunAsync(new PublisherQuotas(null, 2), "Other", "1.0.0")).ShouldBeOfType<StageVerdict.Passed>().Evidence!.Value.GetProperty("versions").GetInt64().ShouldBe(1);
        await PublishedAsync(TestPackage.Create("Notes", "1.0.1"));

        var refused = (await RunAsync(new PublisherQuotas(null, 2), "Other", "1.0.0")).ShouldBeOfType<StageVerdict.Refused>();

        var fault = refused.Faults.ShouldHaveSingleItem();
        fault.Code.ShouldBe("quota.versions");
        fault.Message.ShouldStartWith("The publisher has 2 of 2 versions.");
        (await RunAsync(new PublisherQuotas(null, 2), "Other", "1.0.0", Bob)).ShouldBeOfType<StageVerdict.Passed>("another publisher has a quota of their own");
    }

    [Fact]
    public async Task Bytes_are_counted_with_the_package_that_comes()
    {
        var first = TestPackage.Create("Notes", "1.0.0");
        await PublishedAsync(first);
        var next = TestPackage.Create("Notes", "1.0.1");
        (await RunAsync(new PublisherQuotas(first.Length + next.Length, null), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>();
        var refused = (await RunAsync(new PublisherQuotas(first.Length + next.Length - 1, null), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>();
        refused.Faults.ShouldHaveSingleItem().Code.ShouldBe("quota.bytes");
    }

    [Fact]
    public async Task All_reasons_are_told_at_once()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        var refused = (await RunAsync(new PublisherQuotas(1, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>();
        refused.Faults.Select(fault => fault.Code).ShouldBe(["quota.versions", "quota.bytes"]);
    }

    [Fact]
    public async Task Who_sends_the_same_version_again_needs_no_room()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        (await RunAsync(new PublisherQuotas(1, 1), "Notes", "1.0.0")).ShouldBeOfType<StageVerdict.Passed>();
        (await RunAsync(new PublisherQuotas(1, 1), "notes", "1.0.0")).ShouldBeOfType<StageVerdict.Passed>("however it is spelled");
    }

    [Fact]
    public async Task What_was_deleted_takes_no_room_and_what_is_held_does()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        await SetStateAsync("held");
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>();
        await SetStateAsync("deleted");
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>();

        Task SetStateAsync(string state) => Database.WriteAsync(session => session.ExecuteAsync("UPDATE package_version SET state = @state", new { state }));
    }

    [Fact]
    public async Task The_owner_of_the_slug_pays_whoever_publishes()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1", Bob)).ShouldBeOfType<StageVerdict.Refused>();
    }

    [Fact]
    public async Task An_organisation_pays_for_its_plugins_and_not_the_member_who_brought_them()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        await PublishedAsync(TestPackage.Create("Private", "1.0.0"));
        await Organisations.OwnAsync(Database, "Notes", (Ada, PublisherRoles.Owner), (Bob, PublisherRoles.Maintainer));

        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1", Bob)).ShouldBeOfType<StageVerdict.Refused>("the organisation has one version already");
        (await RunAsync(new PublisherQuotas(null, 2), "Notes", "1.0.1", Bob)).ShouldBeOfType<StageVerdict.Passed>().Evidence!.Value.GetProperty("versions").GetInt64().ShouldBe(1);
        (await RunAsync(new PublisherQuotas(null, 2), "Private", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>().Evidence!.Value.GetProperty("versions").GetInt64().ShouldBe(1, "Ada pays for her own alone");
    }

    [Fact]
    public async Task A_new_plugin_below_an_organisations_prefix_is_the_organisations_to_pay()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        await Organisations.OwnAsync(Database, "Notes", (Bob, PublisherRoles.Owner));
        await Organisations.TakePrefixAsync(Database, "acme");

        (await RunAsync(new PublisherQuotas(null, 1), "AcmeCharts", "1.0.0", Bob)).ShouldBeOfType<StageVerdict.Refused>();
        (await RunAsync(new PublisherQuotas(null, 1), "Charts", "1.0.0", Bob)).ShouldBeOfType<StageVerdict.Passed>("that one is Bob's own");
    }

    [Fact]
    public async Task What_is_kept_as_a_publishers_total_is_what_counting_would_give_whatever_happens()
    {
        foreach (var (slug, version) in new[] { ("Notes", "1.0.0"), ("Notes", "1.0.1"), ("Charts", "1.0.0"), ("Charts", "2.0.0") })
            await PublishedAsync(TestPackage.Create(slug, version));
        await IsInStepAsync();
        foreach (var (state, where) in new[] { ("held", "TRUE"), ("deleted", "version = '1.0.0'"), ("deleted", "TRUE"), ("visible", "slug = 'Charts'"), ("rejected", "version = '2.0.0'") })
            await DoAsync($"UPDATE package_version SET state = '{state}' WHERE {where}");

        await Organisations.OwnAsync(Database, "Charts", (Ada, PublisherRoles.Owner));
        await IsInStepAsync();
        await DoAsync("UPDATE package SET owner_id = 'bob'");
        await DoAsync("UPDATE package_version SET state = 'visible'");
        await DoAsync("UPDATE package_version SET size = size + 7 WHERE version = '1.0.0'");
        await DoAsync("UPDATE package SET publisher_id = NULL, owner_id = 'eve' WHERE slug = 'Charts'");
        await DoAsync("DELETE FROM package_signature");
        await DoAsync("DELETE FROM package_version WHERE version = '1.0.0'");

        async Task DoAsync(string sql)
        {
            await Database.WriteAsync(session => session.ExecuteAsync(sql));
            await IsInStepAsync();
        }

        async Task IsInStepAsync() => (await Database.ReadAsync(session => session.QueryAsync<Total>(
            "SELECT payer, versions, bytes FROM publisher_usage WHERE versions <> 0 OR bytes <> 0 ORDER BY payer"))).ShouldBe(
            await Database.ReadAsync(session => session.QueryAsync<Total>(
                """
                SELECT COALESCE('publisher:' || p.publisher_id, 'user:' || p.owner_id) AS payer, COUNT(*) AS versions, CAST(SUM(v.size) AS BIGINT) AS bytes
                FROM package_version v JOIN package p ON p.slug = v.slug WHERE v.state <> 'deleted' GROUP BY 1 ORDER BY 1
                """)));
    }

    [Fact]
    public async Task An_administrator_allows_an_organisation_more_under_its_name()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        await Organisations.OwnAsync(Database, "Notes", (Ada, PublisherRoles.Owner));
        await OverrideAsync("quota.versions", "5", null);
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>("what Ada may is another thing");

        await OverrideAsync("quota.versions", "5", null, Organisations.Acme);

        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>();
    }

    [Fact]
    public async Task An_administrator_allows_one_publisher_more_until_an_instant()
    {
        await PublishedAsync(TestPackage.Create("Notes", "1.0.0"));
        await OverrideAsync("quota.versions", "5", Time.GetUtcNow().AddHours(1));
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>();
        await OverrideAsync("quota.bytes", "10", null);
        (await RunAsync(PublisherQuotas.None, "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>("less is possible, too").Faults.ShouldHaveSingleItem().Code.ShouldBe("quota.bytes");
        await OverrideAsync("quota.bytes", "unlimited", null);
        (await RunAsync(new PublisherQuotas(1, 9), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Passed>();

        Time.Advance(TimeSpan.FromHours(2));
        (await RunAsync(new PublisherQuotas(null, 1), "Notes", "1.0.1")).ShouldBeOfType<StageVerdict.Refused>();
    }

    private Task OverrideAsync(string name, string value, DateTimeOffset? end, string whose = Ada) => Database.WriteAsync(session => session.ExecuteAsync(
        """
        INSERT INTO limit_override (user_id, name, value, reason, set_by, set_at, expires_at) VALUES (@whose, @name, @value, 'why', 'x', 0, @end)
        ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
        """,
        new { whose, name, value, end = end?.ToUnixTimeMilliseconds() }));

    private async Task<StageVerdict> RunAsync(PublisherQuotas quotas, string slug, string version, string publisher = Ada)
    {
        var bytes = TestPackage.Create(slug, version);
        var package = (await PackageReader.ReadAsync(new MemoryStream(bytes), Limits, default)).Package.ShouldNotBeNull();
        var publish = new PublishContext(new PublishRequest(publisher, false, Stream.Null), package, () => new MemoryStream(bytes));
        return await new QuotaStage(Database, Time, quotas).RunAsync(publish, default);
    }

    public sealed class OnSqlite() : QuotaStageTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : QuotaStageTests(DatabaseKind.PostgreSql);

    private sealed record Total(string Payer, long Versions, long Bytes);
}
