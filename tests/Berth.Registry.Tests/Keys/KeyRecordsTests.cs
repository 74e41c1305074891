using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests.Keys;

public abstract class KeyRecordsTests(DatabaseKind kind) : SigningTestBase(kind)
{
    [Fact]
    public async Task A_key_is_registered_once_and_belongs_to_one_account()
    {
        using var key = await KeyOfAsync(algorithm: SignatureAlgorithm.ES512);

        var record = (await Keys.FindAsync(key.Public.Thumbprint)).ShouldNotBeNull();
        (record.OwnerId, record.Algorithm, record.State, record.Name, record.NotAfter).ShouldBe((Ada, "ES512", KeyState.Active, "laptop", null));
        VerificationKey.FromJwk(Encoding.UTF8.GetBytes(record.Jwk)).Key.ShouldNotBeNull().Thumbprint.ShouldBe(record.Kid);

        (await Keys.AddAsync(Proven(key, Ada))).ShouldBeOfType<KeyOutcome.Known>();
        (await Keys.AddAsync(Proven(key, Bob))).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.exists");
    }

    [Fact]
    public async Task A_key_of_an_RSA_pair_is_bound_to_one_algorithm()
    {
        using var key = await KeyOfAsync(algorithm: SignatureAlgorithm.RS256);
        using var other = SigningKey.FromPem(key.ToPem(), SignatureAlgorithm.RS512).Key.ShouldNotBeNull();

        other.Public.Thumbprint.ShouldBe(key.Public.Thumbprint);
        (await Keys.AddAsync(Proven(other, Ada))).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.exists");
    }

    [Fact]
    public async Task Who_has_not_the_private_part_registers_nothing()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var other = SigningKey.Create(SignatureAlgorithm.ES256);
        async Task<string> Of(string? proof) =>
            (await Keys.AddAsync(new NewKey(key.Public, Ada, Ada, Proof: proof))).ShouldBeOfType<KeyOutcome.Refused>().Code;
        var signature = DetachedSignature.Create(KeyProof.Payload(key.Public, Ada), DetachedSignature.FilesType, key);

        (await Of(null)).ShouldBe("key.proof_missing");
        (await Of("{}")).ShouldBe("key.proof");
        (await Of(KeyProof.Create(other, Ada))).ShouldBe("key.proof", "another key's word");
        (await Of(KeyProof.Create(key, Bob))).ShouldBe("key.proof", "overheard from another account");
        (await Of(new SignatureFile([signature]).ToJson())).ShouldBe("key.proof", "a signature of something else");
        (await Keys.FindAsync(key.Public.Thumbprint)).ShouldBeNull();
        (await Keys.AddAsync(Proven(key, Ada))).ShouldBeOfType<KeyOutcome.Done>();
    }

    [Fact]
    public async Task A_registry_that_asks_for_no_proof_still_refuses_one_that_does_not_hold()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var lenient = Services(Database).AddSingleton(new KeyOptions { RequiresProof = false }).BuildServiceProvider();
        var keys = lenient.GetRequiredService<IKeyRecords>();

        (await keys.AddAsync(new NewKey(key.Public, Ada, Ada, Proof: KeyProof.Create(key, Bob)))).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.proof");
        (await keys.AddAsync(new NewKey(key.Public, Ada, Ada))).ShouldBeOfType<KeyOutcome.Done>();
    }

    [Fact]
    public async Task A_dry_run_answers_the_same_and_keeps_nothing()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);

        (await Keys.AddAsync(Proven(key, Ada), dryRun: true)).ShouldBeOfType<KeyOutcome.Done>();

        (await Keys.FindAsync(key.Public.Thumbprint)).ShouldBeNull();
        (await CountAsync("audit")).ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_owner_and_administrators_change_a_key()
    {
        using var key = await KeyOfAsync();
        var stranger = new KeyActor(Bob, Bob, IsAdministrator: false);

        (await Keys.RetireAsync(key.Public.Thumbprint, stranger)).ShouldBeOfType<KeyOutcome.Unknown>();
        (await Keys.RevokeAsync(key.Public.Thumbprint, null, null, stranger)).ShouldBeOfType<KeyOutcome.Unknown>();
        (await Keys.RetireAsync(key.Public.Thumbprint, AdaHerself)).ShouldBeOfType<KeyOutcome.Done>().Key.State.ShouldBe(KeyState.Retired);
        (await Keys.RetireAsync(key.Public.Thumbprint, AdaHerself)).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.state");
        (await Keys.RevokeAsync(key.Public.Thumbprint, null, "lost", Administrator)).ShouldBeOfType<KeyOutcome.Done>().Key.RevokeReason.ShouldBe("lost");
        var actions = await Database.ReadAsync(s => s.QueryAsync<string>("SELECT action FROM audit ORDER BY seq"));
        actions.ShouldBe(["key.add", "key.retire", "key.revoke"]);
    }

    [Fact]
    public async Task A_revocation_moves_back_in_time_only()
    {
        using var key = await KeyOfAsync();
        Time.Advance(TimeSpan.FromDays(10));
        var now = Time.GetUtcNow();
        Task<KeyOutcome> Revoke(DateTimeOffset since) => Keys.RevokeAsync(key.Public.Thumbprint, since, null, AdaHerself);

        (await Revoke(now.AddDays(1))).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.time");
        (await Revoke(now.AddDays(-1))).ShouldBeOfType<KeyOutcome.Done>();
        (await Revoke(now)).ShouldBeOfType<KeyOutcome.Refused>().Code.ShouldBe("key.state");
        (await Revoke(now.AddDays(-2))).ShouldBeOfType<KeyOutcome.Done>().Key.RevokedSince.ShouldBe(now.AddDays(-2));
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_and_a_page_at_a_time()
    {
        var kids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            using var key = await KeyOfAsync(i % 2 == 0 ? Ada : Bob);
            kids.Insert(0, key.Public.Thumbprint);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        (await Keys.ListAsync()).Select(key => key.Kid).ShouldBe(kids);
        (await Keys.ListAsync(Ada)).Count.ShouldBe(3);
        (await Keys.ListAsync(limit: 2, after: kids[1])).Select(key => key.Kid).ShouldBe(kids[2..4]);
    }

    private static NewKey Proven(SigningKey key, string owner) => new(key.Public, owner, owner, Proof: KeyProof.Create(key, owner));

    public sealed class OnSqlite() : KeyRecordsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : KeyRecordsTests(DatabaseKind.PostgreSql);
}
