using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Bulk;

public sealed class BulkOperationsTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task All_users_get_the_plugin_by_ordinary_operations_that_the_administrator_asked_for(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 12));
        await world.InstallAsync(users[3], "Charts", "1.0.0");

        var started = await StartAsync(world, root, new BulkRequest("install", "charts", "1.0.0"));
        await Bulk(world).WhenIdleAsync();

        started.Total.ShouldBe(13);
        var row = await RowAsync(world, started.OperationId);
        (row.State, row.UserId, row.PluginSlug).ShouldBe(("succeeded", root.UserId, "Charts"));
        (row.Progress.Total, row.Progress.Done, row.Progress.Succeeded, row.Progress.Failed).ShouldBe((13, 13, 13, 0));
        foreach (var user in users)
            (await world.FindAsync(user, "Charts")).ShouldNotBeNull();
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.install' AND actor_id = @UserId", new { root.UserId })).ShouldBe(12);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'install' AND state = 'succeeded'")).ShouldBe(13);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type IN ('berth.bulk.started', 'berth.bulk.ended')")).ShouldBe(2);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_does_not_work_for_some_is_told_and_done_for_the_others(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 4));
        foreach (var user in users)
            await world.InstallAsync(user, "Charts", "1.0.0");
        (await world.Operations.UpdateAsync(users[0], new UpdateRequest("Charts"))).ShouldBeDone();
        var nobody = new string('0', 32);

        var started = await StartAsync(world, root, new BulkRequest("rollback", "Charts", Users: [users[0].UserId, users[1].UserId, nobody, "\0"]));
        await Bulk(world).WhenIdleAsync();

        var row = await RowAsync(world, started.OperationId);
        row.State.ShouldBe("succeeded");
        (row.Progress.Total, row.Progress.Done, row.Progress.Succeeded, row.Progress.Failed).ShouldBe((4, 4, 1, 3));
        row.Progress.Failures.ToDictionary(failure => failure.UserId, failure => failure.Code, StringComparer.Ordinal).ShouldBe(
            new Dictionary<string, string> { [users[1].UserId] = "rollback.unavailable", [nobody] = "user.unknown", ["\0"] = "user.unknown" }, ignoreOrder: true);
        row.Progress.Failures.ShouldAllBe(failure => failure.Message.Length > 0);
        (await world.FindAsync(users[0], "Charts"))!.Version.ShouldBe("1.0.0");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Those_who_have_the_plugin_are_all_for_every_other_operation(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 6));
        foreach (var user in users.Take(4))
            await world.InstallAsync(user, "Charts", "1.0.0");

        (await RunAsync(world, root, "disable")).ShouldBe((4, 4, 0));
        (await world.FindAsync(users[2], "Charts"))!.Enabled.ShouldBeFalse();
        (await RunAsync(world, root, "enable")).ShouldBe((4, 4, 0));
        (await RunAsync(world, root, "update")).ShouldBe((4, 4, 0));
        (await RunAsync(world, root, "update")).ShouldBe((4, 4, 0), "what is the newest already counts as done");
        (await world.FindAsync(users[1], "Charts"))!.Version.ShouldBe("2.0.0");
        (await RunAsync(world, root, "uninstall")).ShouldBe((4, 4, 0));
        (await world.CountAsync("SELECT COUNT(*) FROM plugin")).ShouldBe(0);
        (await RunAsync(world, root, "uninstall")).ShouldBe((0, 0, 0));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_broken_for_many_is_repaired_for_all_of_them(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 3));
        foreach (var user in users)
            await world.InstallAsync(user, "Charts", "1.0.0");
        var modules = await world.CountAsync("SELECT COUNT(*) FROM module");
        modules.ShouldBeGreaterThan(0);
        await world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM module"));

        (await RunAsync(world, root, "repair")).ShouldBe((3, 3, 0));

        (await world.CountAsync("SELECT COUNT(*) FROM module")).ShouldBe(modules);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.repair' AND actor_id = @UserId", new { root.UserId })).ShouldBe(3);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_process_that_dies_in_the_middle_is_followed_by_one_that_goes_on_and_does_nothing_twice(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 130));
        await world.InstallAsync(root, "Charts");
        var commits = 0;
        var isDead = false;
        world.Witness.At = step =>
        {
            // Dead right after a commit, before anybody has counted it; whoever is on the way dies at their next step.
            isDead |= step == "install.committed" && Interlocked.Increment(ref commits) == 117;
            return isDead ? throw new OperationCanceledException("killed") : Task.CompletedTask;
        };
        var started = await StartAsync(world, root, new BulkRequest("install", "Charts", Users: [.. users.Select(user => user.UserId)]));
        await Bulk(world).WhenIdleAsync();
        isDead.ShouldBeTrue();
        (await RowAsync(world, started.OperationId)).State.ShouldBe("running");
        var before = await world.CountAsync("SELECT COUNT(*) FROM plugin");
        before.ShouldBeInRange(117, 130);

        world.Witness.At = _ => Task.CompletedTask;
        await world.RestartAsync();
        await world.Operations.RecoverAsync();
        (await Bulk(world).ResumeAsync(CancellationToken.None)).ShouldBe(1);
        await Bulk(world).WhenIdleAsync();

        var row = await RowAsync(world, started.OperationId);
        row.State.ShouldBe("succeeded");
        (row.Progress.Total, row.Progress.Done, row.Progress.Succeeded, row.Progress.Failed).ShouldBe((130, 130, 130, 0));
        (await world.CountAsync("SELECT COUNT(*) FROM plugin")).ShouldBe(131);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'install' AND state = 'succeeded'")).ShouldBe(131);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.install'")).ShouldBe(131);
        (await Bulk(world).ResumeAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_watches_it_is_told_of_its_end_at_once(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, _) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 3));
        await world.InstallAsync(root, "Charts");
        using var mayGo = new SemaphoreSlim(0);
        world.Witness.At = step => step == "install.begin" ? mayGo.WaitAsync() : Task.CompletedTask;
        var started = await StartAsync(world, root, new BulkRequest("install", "Charts"));
        // Time stands still: nobody looks again without being told.
        var log = new OperationLog(world.Database, world.Get<OperationChanges>(), world.Get<OperationJournal>(), new StandingTime());
        await using var seen = log.WatchAsync(started.OperationId, TimeSpan.FromHours(1)).GetAsyncEnumerator();
        (await seen.MoveNextAsync()).ShouldBeTrue();
        seen.Current!.State.ShouldBe("running");

        mayGo.Release(3);
        while (!seen.Current!.HasEnded)
            (await seen.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeTrue();

        seen.Current.State.ShouldBe("succeeded");
        await Bulk(world).WhenIdleAsync();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_administrator_ends_it_and_what_was_done_stays(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 20));
        await world.InstallAsync(root, "Charts");
        using var reached = new SemaphoreSlim(0);
        using var mayGo = new SemaphoreSlim(0);
        world.Witness.At = async step =>
        {
            if (step == "install.begin")
            {
                reached.Release();
                await mayGo.WaitAsync();
            }
        };
        var started = await StartAsync(world, root, new BulkRequest("install", "Charts", Users: [.. users.Select(user => user.UserId)]));
        (await reached.WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeTrue();

        (await Bulk(world).CancelAsync(started.OperationId, root.UserId)).ShouldBeTrue();
        mayGo.Release(100);
        await Bulk(world).WhenIdleAsync();

        var row = await RowAsync(world, started.OperationId);
        row.State.ShouldBe("failed");
        row.Error!.ShouldStartWith("operation.cancelled");
        (await world.CountAsync("SELECT COUNT(*) FROM plugin")).ShouldBeLessThan(21);
        (await Bulk(world).CancelAsync(started.OperationId, root.UserId)).ShouldBeFalse();
        (await Bulk(world).ResumeAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task While_it_runs_the_administrator_may_install_the_plugin_and_start_another_one(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, users) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 2));
        await world.InstallAsync(users[0], "Charts");
        using var mayGo = new SemaphoreSlim(0);
        using var reached = new SemaphoreSlim(0);
        world.Witness.At = async step =>
        {
            if (step == "disable.begin")
            {
                reached.Release();
                await mayGo.WaitAsync();
            }
        };
        var first = await StartAsync(world, root, new BulkRequest("disable", "Charts"));
        (await reached.WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeTrue();

        await world.InstallAsync(root, "Charts");
        var second = await StartAsync(world, root, new BulkRequest("install", "Charts", Users: [users[1].UserId]));

        second.OperationId.ShouldNotBe(first.OperationId);
        mayGo.Release(100);
        await Bulk(world).WhenIdleAsync();
        (await RowAsync(world, first.OperationId)).State.ShouldBe("succeeded");
        (await RowAsync(world, second.OperationId)).State.ShouldBe("succeeded");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_same_key_again_answers_the_same_entry(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (root, _) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 2));
        var caller = root with { IdempotencyKey = "k" };

        var first = await StartAsync(world, caller, new BulkRequest("install", "Charts"));
        var again = await StartAsync(world, caller, new BulkRequest("install", "Charts"));
        await Bulk(world).WhenIdleAsync();

        again.ShouldBe(first);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'bulk'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_counts_and_nothing_else()
    {
        await using var world = await WorldAsync(DatabaseKind.Sqlite);
        var (root, _) = (await world.AddUserAsync("root"), await AddUsersAsync(world, 2));

        (await Bulk(world).StartAsync(root, new BulkRequest("install", "Charts", IsDryRun: true))).ShouldBe(new BulkOutcome.Planned(3));

        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(0);
    }

    [Theory]
    [InlineData("explode", "Charts", 1, "bulk.operation")]
    [InlineData("install", "../Charts", 1, "plugin.unknown")]
    [InlineData("install", "Charts", 0, "bulk.users")]
    [InlineData("install", "Charts", 100_001, "bulk.users")]
    public async Task What_cannot_be_done_for_anybody_is_refused_at_once(string operation, string slug, int users, string code)
    {
        await using var world = await WorldAsync(DatabaseKind.Sqlite);
        var root = await world.AddUserAsync("root");

        var outcome = await Bulk(world).StartAsync(root, new BulkRequest(operation, slug, Users: [.. Enumerable.Range(0, users).Select(i => $"{i}")]));

        outcome.ShouldBeOfType<BulkOutcome.Refused>().Reason.Code.ShouldBe(code);
        (await world.CountAsync("SELECT COUNT(*) FROM operation")).ShouldBe(0);
    }

    private static async Task<TestWorld> WorldAsync(DatabaseKind kind)
    {
        var world = await TestWorld.CreateAsync(kind);
        await Scenario.PublishAsync(world.Registry);
        return world;
    }

    private static BulkOperations Bulk(TestWorld world) => world.Get<BulkOperations>();

    private static Task<OperationCaller[]> AddUsersAsync(TestWorld world, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => world.AddUserAsync($"user{i}")));

    private static async Task<BulkOutcome.Started> StartAsync(TestWorld world, OperationCaller root, BulkRequest request)
    {
        var outcome = await Bulk(world).StartAsync(root, request);
        return outcome.ShouldBeOfType<BulkOutcome.Started>(outcome.ToString());
    }

    private static async Task<(long Total, long Succeeded, long Failed)> RunAsync(TestWorld world, OperationCaller root, string operation)
    {
        var started = await StartAsync(world, root, new BulkRequest(operation, "CHARTS"));
        await Bulk(world).WhenIdleAsync();
        var progress = (await RowAsync(world, started.OperationId)).Progress;
        progress.Done.ShouldBe(progress.Total);
        return (progress.Total, progress.Succeeded, progress.Failed);
    }

    private static async Task<(string State, string UserId, string PluginSlug, string? Error, BulkProgress Progress)> RowAsync(TestWorld world, string id)
    {
        var row = await world.Database.ReadAsync(session => session.FirstOrDefaultAsync<Row>(
            "SELECT state, user_id, plugin_slug, error, progress FROM operation WHERE id = @id AND kind = 'bulk'", new { id }));
        return (row!.State, row.UserId, row.PluginSlug, row.Error, JsonSerializer.Deserialize(row.Progress, LifecycleJson.Default.BulkProgress)!);
    }

    private sealed record Row(string State, string UserId, string PluginSlug, string? Error, string Progress);
}
