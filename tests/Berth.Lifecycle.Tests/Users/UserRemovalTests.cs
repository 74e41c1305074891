using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Users;

namespace Berth.Lifecycle.Tests.Users;

public sealed class UserRemovalTests
{
    public static TheoryData<DatabaseKind, bool> Ways { get; } = new()
    {
        { DatabaseKind.Sqlite, false }, { DatabaseKind.Sqlite, true }, { DatabaseKind.PostgreSql, false }, { DatabaseKind.PostgreSql, true },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task After_a_deletion_no_table_but_the_audit_names_the_user(DatabaseKind kind, bool handsOver)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var departure = await Departure.PrepareAsync(world);
        (await departure.TracesAsync()).Count.ShouldBeGreaterThan(10, "or this test would find nothing either");
        var signedOut = "";

        var removed = (await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver) with { SignedOut = user => signedOut = user }))
            .ShouldBeOfType<UserRemovalOutcome.Removed>();

        (await departure.TracesAsync()).ShouldBeEmpty();
        signedOut.ShouldBe(departure.Ada.UserId);
        removed.Notes.ShouldBeEmpty();
        if (!handsOver)
            removed.Uninstalled.ShouldBe(["Charts", "Echo"]);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'user.delete' AND subject = @UserId AND request_id = 'request-1'", new { departure.Ada.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.user.deleted'")).ShouldBe(1);
        (await world.ReadAsync(departure.Bob, "Charts", "chart")).ShouldBe("\"bob's\"", "others are not touched");
        (await world.CountAsync("SELECT COUNT(*) FROM migration_item")).ShouldBe(3, "others' and the packages'");
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'bulk' AND progress LIKE @like AND progress LIKE '%deleted-user%'", new { like = $"%{departure.Bob.UserId}%" })).ShouldBe(3);
        (await world.CountAsync("SELECT COUNT(*) FROM idempotency")).ShouldBe(0);
        (await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver))).ShouldBeOfType<UserRemovalOutcome.Unknown>();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_heir_gets_installations_with_documents_and_what_they_have_already_is_kept_beside(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var departure = await Departure.PrepareAsync(world);
        var before = await world.ReadAsync(departure.Ada, "Echo", "mine");

        var removed = (await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver: true))).ShouldBeOfType<UserRemovalOutcome.Removed>();

        removed.HandedOver.ShouldBe(["Echo"]);
        removed.Kept.ShouldBe(["Charts"]);
        var echo = (await world.FindAsync(departure.Bob, "Echo")).ShouldNotBeNull();
        echo.Version.ShouldBe("1.1.0");
        echo.PluginId.ShouldBe($"{departure.Bob.UserId}_Echo");
        (await world.ReadAsync(departure.Bob, "Echo", "mine")).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM kept_document WHERE user_id = @UserId AND plugin_slug = 'Charts' AND value = '\"ada''s\"'", new { departure.Bob.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM private_reader WHERE user_id = @UserId", new { departure.Bob.UserId })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM package WHERE owner_id = @UserId", new { departure.Bob.UserId })).ShouldBe(1);
        StateDump.Record(world, departure.Bob).ShouldBe(["Charts", "Echo"], ignoreOrder: true);

        // What was handed over lives on: back to the slot and away.
        (await world.Operations.RollbackAsync(departure.Bob, new RollbackRequest("Echo"))).ShouldBeDone().Version.ShouldBe("1.0.0");
        (await world.Operations.UninstallAsync(departure.Bob, new UninstallRequest("Echo", Purge: true))).ShouldBeDone();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Settings_and_choices_are_handed_over_but_secrets_are_not(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var departure = await Departure.PrepareAsync(world);

        await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver: true));

        var theirs = new { id = $"{departure.Bob.UserId}_Echo", departure.Bob.UserId };
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE id = @id AND config = '{\"greeting\":\"hello\"}' AND secrets = '{}' AND previous_secrets IS NULL", theirs)).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM module_choice WHERE plugin_id = @id AND user_id = @UserId AND name = 'Any'", theirs)).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM module_choice")).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_mentions_the_user_after_the_batches_is_found_in_the_transaction(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var departure = await Departure.PrepareAsync(world);
        var mentions = world.Get<UserMentions>();
        var mark = await mentions.ForgetAsync(departure.Ada.UserId);
        var mention = new { id = OperationJournal.NewId(), bob = departure.Bob.UserId, data = $$"""{"by":"{{departure.Ada.UserId}}"}""", now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() };
        await world.Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, data, node, lease_until, created_at, updated_at) VALUES (@id, 'enable', @bob, 'Echo', 'succeeded', 'end', @data, 'n', 0, @now, @now)", mention);
            return await session.ExecuteAsync("INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@now, 'berth.installation.enabled', 's', @bob, @data)", mention);
        });

        await world.Database.WriteAsync(async session =>
        {
            await UserMentions.ForgetSinceAsync(session, departure.Ada.UserId, mark);
            return true;
        });

        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE data LIKE @like AND user_id <> @UserId", new { like = $"%{departure.Ada.UserId}%", departure.Ada.UserId })).ShouldBe(0);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE data LIKE @like AND user_id <> @UserId", new { like = $"%{departure.Ada.UserId}%", departure.Ada.UserId })).ShouldBe(0);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_what_would_be()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var departure = await Departure.PrepareAsync(world);
        var before = await StateDump.ReadAsync(world, departure.Ada);

        var planned = (await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver: true) with { IsDryRun = true })).ShouldBeOfType<UserRemovalOutcome.Removed>();

        planned.HandedOver.ShouldBe(["Echo"]);
        planned.Kept.ShouldBe(["Charts"]);
        (await StateDump.ReadAsync(world, departure.Ada)).ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_deletes_the_last_administrator_or_hands_over_to_nobody()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var departure = await Departure.PrepareAsync(world);
        var removal = world.Get<IUserRemoval>();

        (await removal.RemoveAsync(new UserRemovalRequest(departure.Admin.UserId, null, departure.Admin.UserId))).ShouldBeOfType<UserRemovalOutcome.LastAdministrator>();
        (await removal.RemoveAsync(departure.Request(false) with { HeirId = departure.Ada.UserId })).ShouldBeOfType<UserRemovalOutcome.UnknownHeir>();
        (await removal.RemoveAsync(departure.Request(false) with { HeirId = new string('0', 32) })).ShouldBeOfType<UserRemovalOutcome.UnknownHeir>();
        (await removal.RemoveAsync(departure.Request(false) with { UserId = new string('0', 32) })).ShouldBeOfType<UserRemovalOutcome.Unknown>();
        (await world.FindAsync(departure.Ada, "Echo")).ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_fault_at_any_step_is_carried_to_the_end_by_a_repetition(DatabaseKind kind, bool handsOver)
    {
        var failedAt = new List<string>();
        while (true)
        {
            await using var world = await TestWorld.CreateAsync(kind);
            var departure = await Departure.PrepareAsync(world);
            var faulted = false;
            world.Witness.At = step =>
            {
                if (faulted || !step.StartsWith("delete-user.", StringComparison.Ordinal) || failedAt.Contains(step))
                    return Task.CompletedTask;
                faulted = true;
                failedAt.Add(step);
                throw new InvalidOperationException($"fault at {step}");
            };
            try
            {
                await world.Get<IUserRemoval>().RemoveAsync(departure.Request(handsOver));
            }
            catch (InvalidOperationException)
            {
                // The fault.
            }

            if (!faulted)
                break;
            await world.Get<IUserRemoval>().ResumeAsync();
            (await departure.TracesAsync()).ShouldBeEmpty(failedAt[^1]);
            (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'user.delete'")).ShouldBe(1);
            if (handsOver)
                (await world.FindAsync(departure.Bob, "Echo")).ShouldNotBeNull(failedAt[^1]);
        }

        failedAt.Count.ShouldBeGreaterThanOrEqualTo(handsOver ? 4 : 6);
    }

    public static TheoryData<bool, string> Kills { get; } = new()
    {
        { false, "begun" }, { false, "uninstalled Charts" }, { false, "uninstalled Echo" }, { false, "gone" }, { false, "files" }, { false, "ended" },
        { true, "begun" }, { true, "gone" }, { true, "files" }, { true, "ended" },
    };

    [Theory, MemberData(nameof(Kills))]
    public async Task A_kill_leaves_the_old_state_or_the_next_start_ends_in_the_new_one(bool handsOver, string step)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var departure = await Departure.PrepareAsync(world);

        var (wasKilled, output) = await Victim.DeleteUserAsync(departure, handsOver, $"delete-user.{step}");
        wasKilled.ShouldBeTrue(output);
        await world.RestartAsync();
        await world.Operations.RecoverAsync();
        (await world.Get<IUserRemoval>().ResumeAsync()).ShouldBe(step == "ended" ? 0 : 1);

        (await departure.TracesAsync()).ShouldBeEmpty();
        if (handsOver)
        {
            (await world.FindAsync(departure.Bob, "Echo")).ShouldNotBeNull();
            StateDump.Record(world, departure.Bob).ShouldBe(["Charts", "Echo"], ignoreOrder: true);
        }
    }
}
