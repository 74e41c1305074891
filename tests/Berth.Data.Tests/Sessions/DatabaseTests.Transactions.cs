using Berth.Data.Sessions;

namespace Berth.Data.Tests.Sessions;

/// <content>What holds when works fail, run at once, or meet a constraint.</content>
public abstract partial class DatabaseTests
{
    [Fact]
    public async Task A_work_that_throws_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidDataException>(() => Database.WriteAsync<int>(async s =>
        {
            await AddUserAsync(s, "ada");
            throw new InvalidDataException();
        }));

        (await CountUsersAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_concurrent_writes_only_those_that_fail_are_lost()
    {
        var writes = Enumerable.Range(0, 200).Select(i => Task.Run(() => Database.WriteAsync<int>(async s =>
        {
            await AddUserAsync(s, "user" + i);
            return i % 3 == 0 ? throw new InvalidDataException() : i;
        }))).ToList();

        foreach (var (write, i) in writes.Select((write, i) => (write, i)))
        {
            if (i % 3 == 0)
                await Should.ThrowAsync<InvalidDataException>(() => write);
            else
                (await write).ShouldBe(i);
        }

        var names = await Database.ReadAsync(s => s.QueryAsync<string>("SELECT username FROM users"));
        names.Order().ShouldBe(Enumerable.Range(0, 200).Where(i => i % 3 != 0).Select(i => "user" + i).Order());
    }

    [Fact]
    public async Task R18_A_double_click_is_a_unique_constraint_without_sql_text()
    {
        await AddUserAsync("ada");

        var exception = await Should.ThrowAsync<DatabaseConstraintException>(() => AddUserAsync("ADA"));

        exception.IsUnique.ShouldBeTrue();
        exception.Message.ShouldNotContain("users", Case.Insensitive);
        exception.Message.ShouldNotContain("INSERT", Case.Insensitive);
        (await CountUsersAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task R18_Sixteen_clicks_at_once_make_one_row()
    {
        var user = await AddUserAsync("ada");

        var clicks = Enumerable.Range(0, 16).Select(_ => Task.Run(() => Database.WriteAsync(s => s.ExecuteAsync(InsertPlugin, Plugin(user, "Notes"))))).ToList();
        var refused = 0;
        foreach (var click in clicks)
        {
            try
            {
                await click;
            }
            catch (DatabaseConstraintException exception)
            {
                exception.IsUnique.ShouldBeTrue();
                refused++;
            }
        }

        refused.ShouldBe(15);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM plugin"))).ShouldBe(1);
    }

    [Fact]
    public async Task R19_A_row_without_its_parent_is_refused()
    {
        var exception = await Should.ThrowAsync<DatabaseConstraintException>(() =>
            Database.WriteAsync(s => s.ExecuteAsync(InsertPlugin, Plugin("nobody", "Notes"))));

        exception.IsUnique.ShouldBeFalse();
    }

    [Fact]
    public async Task R19_Deleting_a_plugin_takes_its_modules_along_and_it_can_be_installed_again()
    {
        var user = await AddUserAsync("ada");
        for (var i = 0; i < 2; i++)
        {
            await Database.WriteAsync(async s =>
            {
                await s.ExecuteAsync(InsertPlugin, Plugin(user, "Notes"));
                return await s.ExecuteAsync(
                    "INSERT INTO module (id, plugin_id, user_id, name, display_name, created_at, updated_at) VALUES (@Id, @Plugin, @User, 'list', 'List', 1, 1)",
                    new { Id = $"{user}_Notes_list", Plugin = $"{user}_Notes", User = user });
            });
            await Database.WriteAsync(s => s.ExecuteAsync("DELETE FROM plugin WHERE id = @Id", new { Id = $"{user}_Notes" }));
            (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM module"))).ShouldBe(0);
        }
    }

    [Fact]
    public async Task R20_No_exception_and_no_cancellation_leaves_a_lock_behind()
    {
        using var cancelled = new CancellationTokenSource();
        for (var i = 0; i < 20; i++)
        {
            await Should.ThrowAsync<InvalidDataException>(() => Database.WriteAsync<int>(async s =>
            {
                await AddUserAsync(s, "never");
                throw new InvalidDataException();
            }));
            await Should.ThrowAsync<DatabaseConstraintException>(() => Database.WriteAsync(s => s.ExecuteAsync(InsertPlugin, Plugin("nobody", "Notes"))));
        }

        await Should.ThrowAsync<OperationCanceledException>(() => Database.WriteAsync(async s =>
        {
            await AddUserAsync(s, "never");
            await cancelled.CancelAsync();
            return await AddUserAsync(s, "never either");
        }, cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Database.WriteAsync(s => AddUserAsync(s, "never"), cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT 1"), cancelled.Token));

        await AddUserAsync("ada");
        (await CountUsersAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_read_sees_one_moment_even_while_others_write()
    {
        await AddUserAsync("ada");

        var (before, after) = await Database.ReadAsync(async s =>
        {
            var first = await s.ScalarAsync<long>("SELECT COUNT(*) FROM users");
            await AddUserAsync("bob");
            return (first, await s.ScalarAsync<long>("SELECT COUNT(*) FROM users"));
        });

        before.ShouldBe(1);
        after.ShouldBe(1);
        (await CountUsersAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() => Database.ReadAsync(s => AddUserAsync(s, "ada")));

        exception.Trouble.ShouldBe(DatabaseTrouble.ReadOnly);
        (await CountUsersAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_running_operation_is_a_lease_that_only_one_holds()
    {
        await Database.WriteAsync(s => StartOperationAsync(s, "1"));
        (await Should.ThrowAsync<DatabaseConstraintException>(() => Database.WriteAsync(s => StartOperationAsync(s, "2")))).IsUnique.ShouldBeTrue();

        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE operation SET state = 'succeeded'"));
        await Database.WriteAsync(s => StartOperationAsync(s, "2"));

        static Task<int> StartOperationAsync(DbSession s, string id) => s.ExecuteAsync(
            "INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, node, lease_until, created_at, updated_at) VALUES (@id, 'install', 'u', 'Notes', 'running', 'plan', 'n', 0, 0, 0)",
            new { id });
    }
}
