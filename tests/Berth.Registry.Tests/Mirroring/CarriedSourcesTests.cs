using Berth.Data.Sessions;
using Berth.Registry.Mirroring;

namespace Berth.Registry.Tests.Mirroring;

/// <summary>Who a bundle comes from: its key, wherever it says that it lives.</summary>
public abstract class CarriedSourcesTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private const string There = "https://there.example";

    [Fact]
    public async Task The_same_key_at_a_new_address_is_the_same_source()
    {
        (await OfAsync(There, "key1")).Source.ShouldBe(There);

        (await OfAsync("https://moved.example", "key1")).Source.ShouldBe(There);
        (await OfAsync(There, "key1")).Source.ShouldBe(There);
        (await OfAsync("https://other.example", "key2")).Source.ShouldBe("https://other.example");
    }

    [Fact]
    public async Task Another_key_at_a_known_address_is_refused_until_somebody_accepts_it()
    {
        await OfAsync(There, "key1");

        var refused = (await OfAsync(There, "key2")).Fault.ShouldNotBeNull();
        refused.Code.ShouldBe("bundle.source_key");
        refused.Reason.ShouldContain("key1");
        refused.Reason.ShouldContain("accept_key=key2");
        (await OfAsync(There, "key2")).Fault.ShouldNotBeNull("a refusal is not remembered as anything else");

        (await OfAsync(There, "key2", isAccepted: true)).ShouldBe((There, null));
        (await OfAsync(There, "key2")).ShouldBe((There, null));
        (await OfAsync(There, "key1")).ShouldBe((There, null));
        (await Database.ReadAsync(session => session.QueryAsync<string>("SELECT subject FROM audit WHERE action = 'bundle.source_key'"))).ShouldBe([There]);
    }

    [Fact]
    public async Task An_address_that_a_registry_moved_to_is_its_too()
    {
        await OfAsync(There, "key1");
        await OfAsync("https://moved.example", "key1");

        (await OfAsync("https://moved.example", "key2")).Fault.ShouldNotBeNull();
        (await OfAsync("https://moved.example", "key2", isAccepted: true)).Source.ShouldBe(There);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_remembers_nothing()
    {
        (await OfAsync(There, "key1", isDryRun: true)).ShouldBe((There, null));
        (await CountAsync("carried_source")).ShouldBe(0);
        await OfAsync(There, "key1");

        (await OfAsync(There, "key2", isDryRun: true)).Fault.ShouldNotBeNull();
        (await OfAsync(There, "key2", isAccepted: true, isDryRun: true)).Fault.ShouldBeNull();
        (await CountAsync("carried_source")).ShouldBe(1);
    }

    private Task<(string Source, Packaging.Signing.SignatureFault? Fault)> OfAsync(string named, string kid, bool isAccepted = false, bool isDryRun = false) =>
        Part<CarriedSources>().OfAsync(named, kid, isAccepted, Ada, isDryRun, CancellationToken.None);

    public sealed class OnSqlite() : CarriedSourcesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : CarriedSourcesTests(DatabaseKind.PostgreSql);
}
