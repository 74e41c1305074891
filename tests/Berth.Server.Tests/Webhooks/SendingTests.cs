using Berth.Lifecycle.Webhooks;
using Berth.Server.Tests.Events;

namespace Berth.Server.Tests.Webhooks;

/// <summary>What arrives at a receiver, and what happens when it does not.</summary>
public sealed class SendingTests(WebhooksFixture fixture) : IClassFixture<WebhooksFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task An_event_arrives_signed_and_with_the_bytes_that_the_stream_sends()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var stream = await EventReader.OpenAsync(ana.Client, "/api/v1/events?type=berth.token.*");
        var (_, secret) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.*" } });
        secret.ShouldStartWith("whsec_");

        await ana.HappenAsync();

        await receiver.GotAsync(1);
        var got = receiver.Messages.Single();
        got.IsSignedWith(secret).ShouldBeTrue();
        got.ContentType.ShouldBe("application/cloudevents+json; charset=utf-8");
        got.Timestamp.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), fixture.Time.GetUtcNow().ToUnixTimeSeconds());
        var (_, published) = (await stream.NextAsync()).ShouldNotBeNull();
        got.Body.ShouldBe(published.GetRawText());
        got.Id.ShouldBe($"evt_{published.GetProperty("id").GetString()}");
    }

    [Fact]
    public async Task A_webhook_gets_its_owners_events_and_an_administrators_may_get_all()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var admin = _server.Host();
        await using var own = await Receiver.StartAsync();
        await using var all = await Receiver.StartAsync();
        await ana.Client.CreateHookAsync(new { url = own.Url, types = new[] { "berth.token.created" } });
        var (everybodys, _) = await admin.CreateHookAsync(new { url = all.Url, scope = "all", types = new[] { "berth.token.created" } });

        await ben.HappenAsync();
        await ana.HappenAsync();

        await own.GotAsync(1);
        await all.GotAsync(2);
        own.Messages.Select(User).ShouldBe([ana.Id]);
        all.Messages.Select(User).ShouldBe([ben.Id, ana.Id]);
        using var removed = await admin.DeleteAsync($"{Hooks.Path}/{everybodys}");
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var forbidden = await ana.Client.PostAsJsonAsync(Hooks.Path, new { url = own.Url, scope = "all" });
        await forbidden.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");

        static string? User(Received got) => got.Json.GetProperty("userid").GetString();
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_the_same_id_and_every_attempt_is_in_the_log()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(500, "out of order " + new string('x', 4000));
        var (id, secret) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.*" } });
        await ana.HappenAsync();
        var waiting = await ana.Client.AttemptedAsync(id, 1);
        waiting.GetProperty("state").GetString().ShouldBe("pending");
        waiting.GetProperty("next_at").GetDateTimeOffset().ShouldBeGreaterThan(fixture.Time.GetUtcNow());
        (await ana.Client.HookAsync(id)).GetProperty("failures").GetInt32().ShouldBe(1);

        receiver.Answer(200, "thanks");
        fixture.Time.Advance(TimeSpan.FromSeconds(10));

        var done = await ana.Client.AttemptedAsync(id, 2);
        done.GetProperty("state").GetString().ShouldBe("delivered");
        var attempts = done.GetProperty("attempts").EnumerateArray().ToList();
        attempts.Select(attempt => attempt.GetProperty("status").GetInt32()).ShouldBe([500, 200]);
        attempts[0].GetProperty("answer").GetString()!.Length.ShouldBe(1024);
        attempts[1].GetProperty("answer").GetString().ShouldBe("thanks");
        receiver.Messages.Select(got => got.Id).Distinct().ShouldHaveSingleItem();
        receiver.Messages.ShouldAllBe(got => got.IsSignedWith(secret));
        (await ana.Client.HookAsync(id)).GetProperty("failures").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_receiver_that_hangs_delays_no_other_and_is_given_up_in_time()
    {
        // A server of its own: the others' receivers may take as long on a loaded machine.
        await using var server = await TestServer.StartAsync(
            settings => settings with { WebhookPrivateAddresses = true },
            builder => builder.Services.AddSingleton(new WebhookOptions { AllowPrivateAddresses = true, AnswerTimeLimit = TimeSpan.FromSeconds(1) }));
        var ana = await server.CreateUserAsync();
        await using var hanging = await Receiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var quick = await Receiver.StartAsync();
        var (slow, _) = await ana.Client.CreateHookAsync(new { url = hanging.Url, types = new[] { "berth.token.*" } });
        await ana.Client.CreateHookAsync(new { url = quick.Url, types = new[] { "berth.token.*" } });

        for (var i = 0; i < 5; i++)
            await ana.HappenAsync();

        await quick.GotAsync(5);
        (await ana.Client.AttemptedAsync(slow, 1)).GetProperty("attempts")[0].GetProperty("error").GetString().ShouldBe("timeout");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var ana = await _server.CreateUserAsync();
        await using var target = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Redirect(target.Url);
            return Task.CompletedTask;
        });
        var (id, _) = await ana.Client.CreateHookAsync(new { url = receiver.Url });

        var test = await ana.Client.PostHookAsync($"{id}/test");

        test.GetProperty("state").GetString().ShouldBe("failed");
        test.GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(302);
        target.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_switches_its_webhook_off_and_its_owner_is_told()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(410);
        var (id, _) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.*" } });

        await ana.HappenAsync();

        (await ana.Client.AttemptedAsync(id, 1)).GetProperty("state").GetString().ShouldBe("failed");
        var hook = await ana.Client.HookAsync(id);
        hook.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        hook.GetProperty("disabled_reason").GetString()!.ShouldContain("410");
        (await _server.CountAsync("outbox WHERE type = 'berth.webhook.disabled' AND subject = @id AND user_id = @user", new { id, user = ana.Id })).ShouldBe(1);
        using var replay = await ana.Client.PostAsync($"{Hooks.Path}/{id}/replay?since=2026-01-01T00:00:00Z", null);
        await replay.ShouldBeProblemAsync(HttpStatusCode.Conflict, "webhook.disabled");
    }

    [Fact]
    public async Task A_receiver_is_left_alone_for_as_long_as_it_asks()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        var (id, _) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.*" } });
        var before = fixture.Time.GetUtcNow();
        await ana.HappenAsync();

        var delivery = await ana.Client.AttemptedAsync(id, 1);

        delivery.GetProperty("next_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(before.AddSeconds(3599));
        (await ana.Client.HookAsync(id)).GetProperty("paused_until").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(before.AddSeconds(3599));
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone()
    {
        var ana = await _server.CreateUserAsync();
        await using var receiver = await Receiver.StartAsync();
        var (id, old) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.*" } });

        var rotated = (await ana.Client.PostHookAsync($"{id}/rotate")).GetProperty("secret").GetString()!;
        await ana.Client.PostHookAsync($"{id}/test");
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await ana.Client.PostHookAsync($"{id}/test");

        rotated.ShouldNotBe(old);
        receiver.Messages.Select(got => (got.IsSignedWith(rotated), got.IsSignedWith(old))).ShouldBe([(true, true), (true, false)]);
    }

    [Fact]
    public async Task An_event_is_sent_again_on_demand_alone_or_with_all_of_a_time()
    {
        var ana = await _server.CreateUserAsync();
        var begin = fixture.Time.GetUtcNow();
        await ana.HappenAsync();
        await using var receiver = await Receiver.StartAsync();
        var (id, _) = await ana.Client.CreateHookAsync(new { url = receiver.Url, types = new[] { "berth.token.created" } });
        await ana.HappenAsync();
        await receiver.GotAsync(1);
        var delivery = (await ana.Client.AttemptedAsync(id, 1)).GetProperty("id").GetString();

        var again = await ana.Client.PostHookAsync($"{id}/deliveries/{delivery}/replay", HttpStatusCode.Accepted);
        again.GetProperty("kind").GetString().ShouldBe("replay");
        await receiver.GotAsync(2);
        receiver.Messages.Select(got => got.Id).Distinct().ShouldHaveSingleItem("a receiver knows by its id that it had it");

        var planned = await ana.Client.PostHookAsync($"{id}/replay?dry_run=true&since={begin.AddSeconds(-1):O}".Replace("+", "%2B", StringComparison.Ordinal));
        planned.GetProperty("would").GetProperty("queued").GetInt32().ShouldBe(2);
        var range = await ana.Client.PostHookAsync($"{id}/replay?since={begin.AddSeconds(-1):O}".Replace("+", "%2B", StringComparison.Ordinal), HttpStatusCode.Accepted);
        range.GetProperty("queued").GetInt32().ShouldBe(2, "also what happened before there was a webhook");
        await receiver.GotAsync(4);
        receiver.Messages.Select(got => got.Id).Distinct().Count().ShouldBe(2);
    }
}
