using System.Globalization;
using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// One attempt: read the event → sign → send → record. Before: the delivery is pending. After: its attempt is in the log,
/// and it is delivered, failed, gone, or pending until later. A process that dies between sending and recording leaves it
/// pending: it is sent again, with the same id.
/// </summary>
internal sealed class WebhookCourier(
    IDatabase database, IWebhookChannel channel, WebhookSecrets secrets, WebhookOptions options, IStepWitness witness, TimeProvider time)
{
    private const int Gone = 410;

    /// <summary>Tries a delivery whose event is in the outbox.</summary>
    public async Task DeliverAsync(WebhookRow webhook, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        var published = delivery.EventSeq is { } sequence
            ? await database.ReadAsync(session => OutboxRows.FindAsync(session, sequence), cancellationToken)
            : null;
        if (published is null)
            await RecordAsync(session => DeliveryRows.GoneAsync(session, delivery.Id, Now));
        else
            await AttemptAsync(webhook, delivery, published, string.Create(CultureInfo.InvariantCulture, $"evt_{published.Sequence}"), cancellationToken);
    }

    /// <summary>Tries once what is in no outbox. The delivery was written as pending and never due.</summary>
    public Task TestAsync(WebhookRow webhook, DeliveryRow delivery, PublishedEvent published, CancellationToken cancellationToken) =>
        AttemptAsync(webhook, delivery, published, $"test_{delivery.Id}", cancellationToken);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task AttemptAsync(WebhookRow webhook, DeliveryRow delivery, PublishedEvent published, string id, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var answer = await SendAsync(webhook, channel.Body(published, delivery.EventSeq is null ? id : null), id, began, cancellationToken);
        await witness.ReachedAsync("webhook", "sent");
        await RecordAsync(session => RecordAsync(session, webhook, delivery, answer, began.ToUnixTimeMilliseconds()));
    }

    private async Task<WebhookAnswer> SendAsync(WebhookRow webhook, string body, string id, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var keys = secrets.Open(webhook, began.ToUnixTimeMilliseconds());
        if (keys.Count == 0)
            return new WebhookAnswer(null, "secret", null, null, TimeSpan.Zero);
        var timestamp = began.ToUnixTimeSeconds();
        var signature = string.Join(' ', keys.Select(key => WebhookSignature.Sign(key, id, timestamp, body)));
        return await channel.SendAsync(new WebhookMessage(new Uri(webhook.Url), id, timestamp, signature, body), cancellationToken);
    }

    private async Task RecordAsync(DbSession session, WebhookRow webhook, DeliveryRow delivery, WebhookAnswer answer, long at)
    {
        var isTest = delivery.EventSeq is null;
        var attempt = delivery.Attempts + 1;
        var wait = answer.IsTaken || isTest || answer.Status == Gone ? null : RetryPlan.After(attempt, answer.RetryAfter);
        var next = delivery with
        {
            Attempts = attempt,
            State = answer.IsTaken ? "delivered" : wait is null ? "failed" : "pending",
            NextAt = wait is { } later ? Now + (long)later.TotalMilliseconds : null,
            UpdatedAt = Now,
        };
        // Gone with its webhook, or tried by another node that took this one for dead.
        if (!await DeliveryRows.AdvanceAsync(session, next))
            return;
        await DeliveryRows.InsertAttemptAsync(
            session, new AttemptRow(delivery.Id, attempt, at, (long)answer.Elapsed.TotalMilliseconds, answer.Status, answer.Error, answer.Text));
        if (answer.IsTaken)
            await WebhookRows.SucceededAsync(session, webhook.Id);
        else if (!isTest)
            await FailAsync(session, webhook, answer, at);
    }

    private async Task FailAsync(DbSession session, WebhookRow webhook, WebhookAnswer answer, long at)
    {
        var pause = RetryPlan.Pause(webhook.Failures + 1, answer.RetryAfter);
        await WebhookRows.FailedAsync(session, webhook.Id, at, pause is { } wait ? Now + (long)wait.TotalMilliseconds : null);
        var reason = answer.Status == Gone ? "The receiver answered 410: it does not want any more."
            : at - (webhook.FailingSince ?? at) >= options.DisableAfter.TotalMilliseconds
                ? string.Create(CultureInfo.InvariantCulture, $"Nothing was taken for {options.DisableAfter.TotalDays:0.#} days.")
            : webhook.Failures + 1 >= options.DisableAfterFailures
                ? string.Create(CultureInfo.InvariantCulture, $"{webhook.Failures + 1} attempts in a row failed.")
            : null;
        if (reason is not null && await WebhookRows.DisableAsync(session, webhook.Id, reason, at))
            await WebhookTrails.DisabledAsync(session, webhook, reason, Now);
    }

    /// <summary>Not cancellable: what was sent is recorded, also while the server stops.</summary>
    private Task<bool> RecordAsync(Func<DbSession, Task> work) => database.WriteAsync(async session =>
    {
        await work(session);
        return true;
    });
}
