using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Registry.Keys.Countersigning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Registry.Tests.Keys.Countersigning;

public abstract class CountersigningTests(DatabaseKind kind) : SigningTestBase(kind)
{
    private static readonly byte[] Package = TestPackage.Create();

    private ICountersigning Runs => Part<ICountersigning>();

    private CountersignService Worker => Provider.GetServices<IHostedService>().OfType<CountersignService>().Single();

    [Fact]
    public async Task R57_Rotation_drill_after_a_theft_everything_is_countersigned_again_and_hosts_believe_it_at_its_old_time()
    {
        // The author's key is over when the theft is noticed: only the old time makes the signature count.
        await PublishedAsync(Package);
        using var author = await KeyOfAsync(notAfter: Time.GetUtcNow().AddDays(10));
        (await Signatures.AddAsync("Notes", "1.0.0", await SignAsync(Package, author), AdaHerself)).ShouldBeOfType<SignatureOutcome.Kept>();
        var received = Time.GetUtcNow();
        var stolen = await Signer.KeyAsync();
        Time.Advance(TimeSpan.FromDays(30));

        (await Keys.RevokeAsync(stolen.Thumbprint, received.AddDays(-1), "The database was copied.", Administrator)).ShouldBeOfType<KeyOutcome.Done>();
        (await AsAHostAsync(Package)).Single(one => one.Role == SignatureRole.Author).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyExpired, "nobody vouches for the time any more");
        var run = (await Runs.ListAsync()).ShouldHaveSingleItem("the revocation began it");
        (run.State, run.Total, run.Done).ShouldBe(("running", 1L, 0L));
        await Worker.WorkAsync(CancellationToken.None);

        var fresh = await Signer.KeyAsync();
        fresh.Thumbprint.ShouldNotBe(stolen.Thumbprint);
        var judged = await AsAHostAsync(Package);
        judged.ShouldAllBe(one => one.Fault == null);
        judged.Where(one => one.Role == SignatureRole.Registry).ShouldAllBe(one => one.Signature.Header.Kid == fresh.Thumbprint);
        judged.Single(one => one.Role == SignatureRole.Author).At.ShouldBe(received);
        (await Runs.FindAsync(run.Id)).ShouldNotBeNull().ShouldSatisfyAllConditions(ended => ended.State.ShouldBe("ended"), ended => ended.Done.ShouldBe(1), ended => ended.Failed.ShouldBe(0));
        (await Runs.CountAsync()).ShouldBe(0);
        (await Catalog.FindVersionAsync("Notes", "1.0.0")).ShouldNotBeNull().Signatures.ShouldAllBe(one => one.Fault == null);
        (await AuditAsync()).ShouldBe(["countersign.start", "package.countersign", "package.countersign", "countersign.end"]);
    }

    [Fact]
    public async Task What_was_countersigned_before_the_theft_stays_as_it_is()
    {
        await PublishedAsync(Package);
        var old = await Signer.KeyAsync();
        Time.Advance(TimeSpan.FromDays(2));
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));

        await Keys.RevokeAsync(old.Thumbprint, Time.GetUtcNow().AddDays(-1), null, Administrator);
        await Worker.WorkAsync(CancellationToken.None);

        (await KidsAsync("1.0.0")).ShouldBe([old.Thumbprint]);
        (await KidsAsync("1.1.0")).ShouldBe([(await Signer.KeyAsync()).Thumbprint]);
    }

    [Fact]
    public async Task A_revocation_that_moves_back_in_time_brings_the_rest()
    {
        await PublishedAsync(Package);
        var old = await Signer.KeyAsync();
        Time.Advance(TimeSpan.FromDays(5));
        await Keys.RevokeAsync(old.Thumbprint, Time.GetUtcNow(), null, Administrator);
        await Worker.WorkAsync(CancellationToken.None);
        var fresh = await Signer.KeyAsync();
        (await KidsAsync("1.0.0")).ShouldBe([old.Thumbprint]);

        await Keys.RevokeAsync(old.Thumbprint, Time.GetUtcNow().AddDays(-6), null, Administrator);
        await Worker.WorkAsync(CancellationToken.None);

        (await KidsAsync("1.0.0")).ShouldBe([fresh.Thumbprint]);
        (await AsAHostAsync(Package)).ShouldAllBe(one => one.Fault == null);
    }

    [Fact]
    public async Task A_run_goes_on_in_another_process()
    {
        for (var i = 0; i < 3; i++)
            await PublishedAsync(TestPackage.Create(version: $"1.{i}.0"));
        await Keys.RevokeAsync((await Signer.KeyAsync()).Thumbprint, Time.GetUtcNow().AddDays(-1), null, Administrator);
        await Worker.WorkAsync(CancellationToken.None, most: 1);
        (await Runs.ListAsync()).Single().ShouldSatisfyAllConditions(run => run.State.ShouldBe("running"), run => run.Done.ShouldBe(1));

        // This process dies; its lease ends.
        await using var node = AnotherNode(Database);
        var other = node.GetServices<IHostedService>().OfType<CountersignService>().Single();
        await other.WorkAsync(CancellationToken.None);
        (await Runs.ListAsync()).Single().State.ShouldBe("running", "the lease of the one before is not over");
        Time.Advance(TimeSpan.FromMinutes(6));
        await other.WorkAsync(CancellationToken.None);

        (await Runs.ListAsync()).Single().ShouldSatisfyAllConditions(run => run.State.ShouldBe("ended"), run => run.Done.ShouldBe(3));
        (await Runs.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_old_key_never_signed_is_not_taken_over()
    {
        await PublishedAsync(Package);
        var next = await PublishedAsync(TestPackage.Create(version: "1.1.0"));
        await PublishedAsync(TestPackage.Create(version: "1.2.0"));
        // A row that somebody wrote into the table, and a package whose bytes are gone.
        await Database.WriteAsync(s => s.ExecuteAsync(
            "UPDATE package_signature SET signature = (SELECT signature FROM package_signature WHERE version = '1.2.0') WHERE version = '1.0.0'"));
        foreach (var file in StoredFiles().Where(file => Path.GetFileName(file).Contains(next.Digest, StringComparison.Ordinal)))
            File.Delete(file);
        var old = await Signer.KeyAsync();

        await Keys.RevokeAsync(old.Thumbprint, Time.GetUtcNow().AddDays(-1), null, Administrator);
        await Worker.WorkAsync(CancellationToken.None);

        (await Runs.ListAsync()).Single().ShouldSatisfyAllConditions(run => run.State.ShouldBe("ended"), run => run.Done.ShouldBe(1), run => run.Failed.ShouldBe(2));
        (await KidsAsync("1.0.0")).ShouldBe([old.Thumbprint]);
        (await KidsAsync("1.2.0")).ShouldNotBe([old.Thumbprint]);

        // When the reason is mended, an administrator begins another run.
        (await Runs.CountAsync()).ShouldBe(2);
        (await Runs.StartAsync("Again.", Bob)).Total.ShouldBe(2);
    }

    private async Task<IReadOnlyList<string>> KidsAsync(string version) =>
        [.. (await Signatures.ListAsync("Notes", version)).ShouldNotBeNull().Where(one => one.Role == SignatureRole.Registry).Select(one => one.Kid)];

    private Task<IReadOnlyList<string>> AuditAsync() => Database.ReadAsync(s => s.QueryAsync<string>("SELECT action FROM audit WHERE action LIKE '%countersign%' ORDER BY seq"));

    public sealed class OnSqlite() : CountersigningTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : CountersigningTests(DatabaseKind.PostgreSql);
}
