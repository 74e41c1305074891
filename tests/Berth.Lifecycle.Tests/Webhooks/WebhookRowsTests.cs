using Berth.Data.Sessions;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Users;
using Berth.Lifecycle.Webhooks;

namespace Berth.Lifecycle.Tests.Webhooks;

/// <summary>From events to deliveries to attempts, on both databases.</summary>
public sealed class WebhookRowsTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Each_event_becomes_one_delivery_and_two_nodes_make_no_second_one(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        await bed.HappenAsync("before");
        await bed.AddAsync();
        for (var i = 0; i < 5; i++)
            await bed.HappenAsync($"s{i}");

        (await bed.First.TakeAsync()).ShouldBeTrue();
        (await bed.Second.TakeAsync()).ShouldBeFalse("the other one has the lease");
        bed.Time.Advance(TimeSpan.FromSeconds(11));
        (await bed.Second.TakeAsync()).ShouldBeTrue("the other one has been silent");
        (await bed.First.TakeAsync()).ShouldBeFalse();
        await bed.Second.SendAsync();

        bed.Sent.Select(message => message.Body).ShouldBe(["s0", "s1", "s2", "s3", "s4"], "in order, and nothing that was before the webhook");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_node_that_comes_back_after_another_took_over_writes_nothing_twice(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        await bed.AddAsync();
        await bed.First.TakeAsync();
        await bed.HappenAsync("one");
        bed.Time.Advance(TimeSpan.FromSeconds(11));
        await bed.Second.TakeAsync();
        await bed.Second.Lease.ReleaseAsync();
        await bed.HappenAsync("two");

        (await bed.First.TakeAsync()).ShouldBeTrue();
        await bed.First.SendAsync();

        bed.Sent.Select(message => message.Body).ShouldBe(["one", "two"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_delivery_has_eight_attempts_each_later_than_the_last(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        bed.Answer = _ => WebhookBed.Of(500);
        var hook = await bed.AddAsync();
        await bed.HappenAsync("one");
        List<TimeSpan> waits = [];
        while (true)
        {
            await bed.First.TakeAsync();
            await bed.First.SendAsync();
            var delivery = (await bed.Deliveries.ListAsync(bed.Ada.UserId, hook.Id, null, 1)).ShouldNotBeNull().Single();
            if (delivery.NextAt is not { } next)
                break;
            waits.Add(next - bed.Time.GetUtcNow());
            bed.Time.Advance(waits[^1] + TimeSpan.FromSeconds(1));
        }

        bed.Sent.Count.ShouldBe(8);
        waits.Select((wait, i) => (wait.TotalSeconds, i)).ShouldAllBe(one => one.TotalSeconds >= Least[one.i] - 0.01 && one.TotalSeconds <= Least[one.i] * 1.25);
        (await bed.Deliveries.ListAsync(bed.Ada.UserId, hook.Id, "failed", 10)).ShouldNotBeNull().Single().Attempts.Select(attempt => attempt.Number).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
    }

    private static readonly double[] Least = [5, 30, 120, 600, 1800, 7200, 21600];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task After_five_days_without_a_success_it_is_switched_off_and_told(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        bed.Answer = _ => new WebhookAnswer(null, "connection", null, null, TimeSpan.Zero);
        var hook = await bed.AddAsync();
        for (var day = 0; day < 7; day++)
        {
            await bed.HappenAsync($"day {day}");
            await bed.First.TakeAsync();
            await bed.First.SendAsync();
            bed.Time.Advance(TimeSpan.FromDays(1));
        }

        var now = (await bed.Book.FindAsync(bed.Ada.UserId, hook.Id)).ShouldBeOfType<WebhookOutcome.Done>().Webhook;
        now.IsEnabled.ShouldBeFalse();
        now.DisabledReason.ShouldBe("Nothing was taken for 5 days.");
        (await bed.World.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.webhook.disabled'")).ShouldBe(1);
        var sent = bed.Sent.Count;
        await bed.First.TakeAsync();
        await bed.First.SendAsync();
        bed.Sent.Count.ShouldBe(sent);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_receiver_that_fails_again_and_again_is_left_alone_in_between(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        bed.Answer = _ => WebhookBed.Of(503);
        var hook = await bed.AddAsync();
        for (var i = 0; i < 20; i++)
            await bed.HappenAsync($"s{i}");
        await bed.First.TakeAsync();

        await bed.First.SendAsync();

        bed.Sent.Count.ShouldBe(3, "the others wait");
        (await bed.Book.FindAsync(bed.Ada.UserId, hook.Id)).ShouldBeOfType<WebhookOutcome.Done>().Webhook.PausedUntil.ShouldNotBeNull().ShouldBe(bed.Time.GetUtcNow().AddSeconds(5), TimeSpan.FromMilliseconds(5));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_outbox_no_longer_has_is_gone_and_not_sent(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        var hook = await bed.AddAsync();
        await bed.HappenAsync("forgotten");
        await bed.First.TakeAsync();
        await bed.World.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM outbox"));

        await bed.First.SendAsync();

        bed.Sent.ShouldBeEmpty();
        (await bed.Deliveries.ListAsync(null, hook.Id, null, 10)).ShouldNotBeNull().Single().State.ShouldBe("gone");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Old_deliveries_leave_the_log(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        await bed.AddAsync();
        await bed.HappenAsync("one");
        await bed.First.TakeAsync();
        await bed.First.SendAsync();
        var stage = new AgedDeliveries(bed.World.Database, bed.World.Get<LifecycleOptions>());

        (await RunAsync(stage, isDryRun: false, days: 29)).ShouldBeNull();
        (await RunAsync(stage, isDryRun: true, days: 31)).ShouldBe("1 rows");
        (await RunAsync(stage, isDryRun: false, days: 31)).ShouldBe("1 rows");

        (await bed.World.CountAsync("SELECT COUNT(*) FROM webhook_delivery")).ShouldBe(0);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM webhook_attempt")).ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_of_a_deleted_user_is_left_in_the_log_of_an_administrator(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        var root = await bed.World.AddUserAsync("root");
        await bed.World.Database.WriteAsync(session => session.ExecuteAsync("UPDATE users SET roles = '[\"admin\"]' WHERE id = @UserId", new { root.UserId }));
        await bed.AddAsync();
        var hook = (await bed.Book.CreateAsync(root, new WebhookChange { Url = "https://example.org/", IsEverybodys = true }, isDryRun: false)).ShouldBeOfType<WebhookOutcome.Done>().Webhook;
        bed.Answer = message => new WebhookAnswer(200, null, $"I know {bed.Ada.UserId}", null, TimeSpan.Zero);
        await bed.HappenAsync("hers");
        await bed.HappenAsync("his", root);
        await bed.First.TakeAsync();
        await bed.First.SendAsync();
        (await bed.Deliveries.ListAsync(null, hook.Id, null, 10)).ShouldNotBeNull().Count.ShouldBeGreaterThanOrEqualTo(2);

        (await bed.World.Get<IUserRemoval>().RemoveAsync(new UserRemovalRequest(bed.Ada.UserId, null, root.UserId, null))).ShouldBeOfType<UserRemovalOutcome.Removed>();

        (await bed.World.CountAsync("SELECT COUNT(*) FROM webhook WHERE user_id = @UserId", new { bed.Ada.UserId })).ShouldBe(0);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM webhook_delivery WHERE user_id = @UserId", new { bed.Ada.UserId })).ShouldBe(0);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM webhook_attempt WHERE answer LIKE @like", new { like = $"%{bed.Ada.UserId}%" })).ShouldBe(0);
        (await bed.Deliveries.ListAsync(null, hook.Id, null, 10)).ShouldNotBeNull().ShouldNotBeEmpty("what was his stays");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_no_administrator_any_more_gets_no_events_of_others(DatabaseKind kind)
    {
        await using var bed = await WebhookBed.CreateAsync(kind);
        var root = await bed.World.AddUserAsync("root");
        await bed.Book.CreateAsync(root, new WebhookChange { Url = "https://example.org/", IsEverybodys = true }, isDryRun: false);
        await bed.HappenAsync("hers");

        await bed.First.TakeAsync();
        await bed.First.SendAsync();

        bed.Sent.ShouldBeEmpty();
    }

    private static async Task<string?> RunAsync(ICleanupStage stage, bool isDryRun, int days)
    {
        var run = new CleanupRun(isDryRun, DateTimeOffset.UtcNow.AddDays(days));
        await stage.RunAsync(run, default);
        return run.Result().Items.SingleOrDefault()?.Subject;
    }
}
