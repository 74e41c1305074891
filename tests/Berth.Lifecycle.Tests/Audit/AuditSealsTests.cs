using Berth.Data.Sessions;
using Berth.Lifecycle.Audit;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Audit;

/// <summary>The seals over the audit, and somebody who edits the database behind the server's back.</summary>
public sealed class AuditSealsTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_audit_that_nobody_touched_is_intact(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var seals = Seals(world);
        (await VerdictAsync(seals)).ShouldBe(new AuditFinding.Verdict(true, 0, 0, 0, 0, null), "an empty one is, too");

        var heads = new List<AuditHead>();
        for (var round = 0; round < 3; round++)
        {
            await WriteAsync(world, 4);
            await SealAllAsync(seals);
            heads.Add((await VerdictAsync(seals)).Head.ShouldNotBeNull());
        }

        await WriteAsync(world, 2);
        var verdict = await VerdictAsync(seals);

        (verdict.IsIntact, verdict.Seals, verdict.Rows, verdict.Unsealed).ShouldBe((true, 3, 12, 2));
        heads.Distinct().Count().ShouldBe(3);
        foreach (var head in heads)
            (await VerdictAsync(seals, head)).IsIntact.ShouldBeTrue("a head that was noted earlier is in the chain");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whatever_is_done_to_a_row_is_found(DatabaseKind kind)
    {
        (string Attack, string Code)[] attacks =
        [
            ("UPDATE audit SET actor_id = 'eve' WHERE seq = 5", "audit.rows_changed"),
            ("UPDATE audit SET at = at + 1 WHERE seq = 5", "audit.rows_changed"),
            ("UPDATE audit SET request_id = '' WHERE seq = 5", "audit.rows_changed"),
            ("UPDATE audit SET action = action || subject, subject = '' WHERE seq = 5", "audit.rows_changed"),
            ("DELETE FROM audit WHERE seq = 5", "audit.rows_missing"),
            ("DELETE FROM audit WHERE seq BETWEEN 4 AND 6", "audit.rows_missing"),
            ("UPDATE audit SET detail = (SELECT detail FROM audit a WHERE a.seq = 6) WHERE seq = 5", "audit.rows_changed"),
            ("DELETE FROM audit_seal WHERE seq_from = 4", "audit.chain_broken"),
            ("UPDATE audit_seal SET row_count = 2 WHERE seq_from = 4", "audit.rows_added"),
            ("UPDATE audit_seal SET hash = previous_hash WHERE seq_from = 4", "audit.rows_changed"),
            ("UPDATE audit_seal SET at = 7 WHERE seq_from = 4", "audit.rows_changed"),
            ("UPDATE audit_seal SET previous_hash = hash WHERE seq_from = 4", "audit.chain_broken"),
        ];
        foreach (var (attack, code) in attacks)
        {
            await using var world = await TestWorld.CreateAsync(kind);
            var seals = Seals(world);
            for (var round = 0; round < 3; round++)
            {
                await WriteAsync(world, 3);
                await SealAllAsync(seals);
            }

            (await FindingsAsync(seals)).OfType<AuditFinding.Fault>().ShouldBeEmpty();
            await BehindItsBackAsync(world, attack);

            var findings = await FindingsAsync(seals);
            findings.OfType<AuditFinding.Fault>().Select(fault => fault.Code).ShouldContain(code, attack);
            findings.OfType<AuditFinding.Fault>().ShouldAllBe(fault => fault.From >= 4, "what lies before is not blamed");
            findings[^1].ShouldBeOfType<AuditFinding.Verdict>().IsIntact.ShouldBeFalse(attack);
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rows_that_are_put_in_later_or_in_another_order_are_found(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var seals = Seals(world);
        await WriteAsync(world, 6);
        await SealAllAsync(seals);
        await BehindItsBackAsync(world, "DELETE FROM audit WHERE seq = 3");
        (await FindingsAsync(seals)).OfType<AuditFinding.Fault>().ShouldHaveSingleItem().Code.ShouldBe("audit.rows_missing");

        await BehindItsBackAsync(world, "UPDATE audit SET seq = 3 WHERE seq = 6");
        (await FindingsAsync(seals)).OfType<AuditFinding.Fault>().ShouldContain(fault => fault.Code == "audit.rows_missing");
        await BehindItsBackAsync(world, "UPDATE audit SET seq = 100 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 1", "UPDATE audit SET seq = 1 WHERE seq = 100");
        (await VerdictAsync(seals)).IsIntact.ShouldBeFalse();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_writes_the_whole_chain_anew_is_found_by_a_head_that_was_kept_elsewhere(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var seals = Seals(world);
        await WriteAsync(world, 3);
        await SealAllAsync(seals);
        var kept = (await VerdictAsync(seals)).Head.ShouldNotBeNull();

        await BehindItsBackAsync(world, "UPDATE audit SET actor_id = 'eve'", "DELETE FROM audit_seal");
        await SealAllAsync(seals);

        (await VerdictAsync(seals)).IsIntact.ShouldBeTrue("nothing in the database tells of it");
        (await FindingsAsync(seals, kept)).OfType<AuditFinding.Fault>().ShouldHaveSingleItem().Code.ShouldBe("audit.head_differs");
    }

    [Fact]
    public async Task Rows_at_the_end_that_go_with_their_seals_leave_a_hole_on_SQLite()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var seals = Seals(world);
        await WriteAsync(world, 3);
        await SealAllAsync(seals);
        await WriteAsync(world, 3);
        await SealAllAsync(seals);

        await BehindItsBackAsync(world, "DELETE FROM audit WHERE seq > 3", "DELETE FROM audit_seal WHERE seq_from > 3");

        var fault = (await FindingsAsync(seals)).OfType<AuditFinding.Fault>().ShouldHaveSingleItem();
        (fault.Code, fault.From, fault.To).ShouldBe(("audit.rows_missing", 4, 6));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_retention_takes_whole_seals_and_the_chain_goes_on(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var seals = Seals(world);
        await WriteAsync(world, 3, at: 5);
        await SealAllAsync(seals);
        await WriteAsync(world, 2, at: 6);
        await WriteAsync(world, 2);
        await SealAllAsync(seals);
        var stage = new AgedAudit(world.Database, world.Get<LifecycleOptions>() with { AuditRetention = TimeSpan.FromDays(365) });

        (await RunAsync(stage, isDryRun: true)).ShouldBe("3 rows");
        (await RunAsync(stage, isDryRun: false)).ShouldBe("3 rows", "the second seal has young rows, too");

        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(4);
        var verdict = await VerdictAsync(seals);
        (verdict.IsIntact, verdict.CutUpTo, verdict.Rows).ShouldBe((true, 3, 4));
        await WriteAsync(world, 1);
        await SealAllAsync(seals);
        (await VerdictAsync(seals)).IsIntact.ShouldBeTrue();

        await BehindItsBackAsync(world, "DELETE FROM audit WHERE seq <= 7", "DELETE FROM audit_seal WHERE seq_to <= 7");
        (await FindingsAsync(seals)).OfType<AuditFinding.Fault>().ShouldHaveSingleItem().Code.ShouldBe("audit.chain_broken", "nobody else than the retention moves the anchor");
    }

    [Fact]
    public async Task A_number_that_a_running_transaction_holds_is_waited_for()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.PostgreSql);
        var seals = Seals(world);
        var (drawn, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        // Has its id before the other one has its own, and draws its number first.
        var slow = world.Database.WriteAsync(async session =>
        {
            await InsertAsync(session, 1, 9);
            drawn.TrySetResult();
            await finish.Task;
            return true;
        });
        await drawn.Task;
        await WriteAsync(world, 1);
        for (var i = 0; i < 3; i++)
            await seals.SealAsync();
        (await VerdictAsync(seals)).Unsealed.ShouldBe(1, "the smaller number may still appear");

        finish.SetResult();
        await slow;
        await SealAllAsync(seals);

        var verdict = await VerdictAsync(seals);
        (verdict.IsIntact, verdict.Rows, verdict.Unsealed).ShouldBe((true, 2, 0));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_nodes_that_seal_while_many_write_make_one_chain(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (one, two) = (Seals(world), Seals(world));
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await WriteAsync(world, 1);
        })).ToList();
        var all = Task.WhenAll(writers);
        while (!all.IsCompleted)
            await Task.WhenAll(one.SealAsync(), two.SealAsync());
        await all;
        await SealAllAsync(one);

        var verdict = await VerdictAsync(two);
        (verdict.IsIntact, verdict.Rows, verdict.Unsealed).ShouldBe((true, 160, 0));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Seals_are_append_only_like_the_audit(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await WriteAsync(world, 1);
        await SealAllAsync(Seals(world));
        foreach (var attack in new[] { "UPDATE audit_seal SET hash = 'x'", "DELETE FROM audit_seal" })
            await Should.ThrowAsync<DatabaseConstraintException>(() => world.Database.WriteAsync(session => session.ExecuteAsync(attack)));
    }

    /// <summary>What a transaction elsewhere on the same server may still write before is left for the next time.</summary>
    private static async Task SealAllAsync(AuditVerification seals)
    {
        for (var round = 0; round < 4800; round++)
        {
            await seals.SealAsync();
            if ((await VerdictAsync(seals)).Unsealed == 0)
                return;
            await Task.Delay(25);
        }
    }

    private static AuditVerification Seals(TestWorld world) =>
        new(world.Database, new AuditSealer(world.Database, new CommitSignal(), TimeProvider.System, NullLogger<AuditSealer>.Instance));

    private static async Task WriteAsync(TestWorld world, int rows, long? at = null)
    {
        for (var i = 0; i < rows; i++)
            await world.Database.WriteAsync(session => InsertAsync(session, i, at ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
    }

    private static Task<int> InsertAsync(DbSession session, int number, long at) => session.ExecuteAsync(
        "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail) VALUES (@at, 'ada', 'ada', 'test.write', @subject, 'succeeded', @detail)",
        new { at, subject = $"s{number}", detail = $$"""{"n":{{number}}}""" });

    private static async Task<List<AuditFinding>> FindingsAsync(AuditVerification seals, AuditHead? expected = null)
    {
        var findings = new List<AuditFinding>();
        await foreach (var finding in seals.VerifyAsync(expected))
            findings.Add(finding);
        return findings;
    }

    private static async Task<AuditFinding.Verdict> VerdictAsync(AuditVerification seals, AuditHead? expected = null) =>
        (await FindingsAsync(seals, expected))[^1].ShouldBeOfType<AuditFinding.Verdict>();

    private static async Task<string> RunAsync(AgedAudit stage, bool isDryRun)
    {
        var run = new CleanupRun(isDryRun, DateTimeOffset.UtcNow);
        await stage.RunAsync(run, default);
        return run.Result().Items.ShouldHaveSingleItem().Subject;
    }

    /// <summary>As somebody does who may do everything in the database: without the triggers.</summary>
    private static Task BehindItsBackAsync(TestWorld world, params string[] attacks) => world.Database.WriteAsync(async session =>
    {
        foreach (var (trigger, table) in new[] { ("audit_is_never_changed", "audit"), ("audit_is_kept", "audit"), ("audit_seal_is_never_changed", "audit_seal"), ("audit_seal_is_kept", "audit_seal") })
            await session.ExecuteAsync(session.Kind == DatabaseKind.Sqlite ? $"DROP TRIGGER IF EXISTS {trigger}" : $"DROP TRIGGER IF EXISTS {trigger} ON {table}");
        foreach (var attack in attacks)
            await session.ExecuteAsync(attack);
        return true;
    });
}
