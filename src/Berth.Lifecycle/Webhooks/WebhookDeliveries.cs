using Berth.Data.Sessions;
using Berth.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Reads the log, and puts events into it again.</summary>
internal sealed class WebhookDeliveries(IDatabase database, IEvents events, WebhookCourier courier, WebhookOptions options, WebhookWake wake, TimeProvider time) : IWebhookDeliveries
{
    private const string TestType = "berth.webhook.test";

    public async Task<IReadOnlyList<WebhookDelivery>?> ListAsync(
        string? visibleTo, string id, string? state, int limit, string? before = null, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is null)
            return null;
        return await database.ReadAsync<IReadOnlyList<WebhookDelivery>>(
            async session =>
            {
                var rows = await DeliveryRows.ListAsync(session, id, state, limit, before);
                var attempts = (await DeliveryRows.AttemptsAsync(session, [.. rows.Select(row => row.Id)])).ToLookup(attempt => attempt.DeliveryId, StringComparer.Ordinal);
                return [.. rows.Select(row => row.ToDelivery(attempts[row.Id]))];
            },
            cancellationToken);
    }

    public async Task<WebhookOutcome> TestAsync(string? visibleTo, string id, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } webhook)
            return WebhookRefusals.Unknown();
        var now = time.GetUtcNow();
        var published = new PublishedEvent(
            0, TestType, id, webhook.UserId, now.ToUnixTimeMilliseconds(), EventCatalogue.Write(new WebhookTest(id)));
        // Never due: nobody but this call sends it.
        var delivery = DeliveryRow.Of(id, "test", published, now) with { EventSeq = null, NextAt = null };
        await InsertAsync([delivery], cancellationToken);
        await courier.TestAsync(webhook, delivery, published, cancellationToken);
        var (row, attempts) = await database.ReadAsync(
            async session => (await DeliveryRows.FindAsync(session, id, delivery.Id), await DeliveryRows.AttemptsAsync(session, [delivery.Id])), CancellationToken.None);
        return row is null ? WebhookRefusals.Unknown() : new WebhookOutcome.Delivery(row.ToDelivery(attempts));
    }

    public async Task<WebhookOutcome> ReplayAsync(
        OperationCaller caller, string? visibleTo, string id, string deliveryId, bool isDryRun, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } webhook)
            return WebhookRefusals.Unknown();
        if (await database.ReadAsync(session => DeliveryRows.FindAsync(session, id, deliveryId), cancellationToken) is not { } old)
            return WebhookRefusals.Refuse(RefusalKind.NotFound, "webhook.delivery_unknown", "The webhook has no such delivery, or its log no longer has it.");
        if (old.EventSeq is not { } sequence)
            return WebhookRefusals.Refuse(RefusalKind.Conflict, "webhook.test_replay", "A test is not sent again. Ask for another one.");
        if (await database.ReadAsync(session => OutboxRows.FindAsync(session, sequence), cancellationToken) is not { } published)
            return WebhookRefusals.Refuse(RefusalKind.Conflict, "webhook.event_gone", "The event is not kept any more, so it cannot be sent again.");
        if (!IsSentTo(webhook))
            return Off();
        var row = DeliveryRow.Of(id, "replay", published, time.GetUtcNow());
        if (!isDryRun)
            await QueueAsync(caller, webhook, [row], cancellationToken);
        return new WebhookOutcome.Delivery(row.ToDelivery([]));
    }

    public async Task<WebhookOutcome> ReplayRangeAsync(
        OperationCaller caller, string? visibleTo, string id, ReplayRange range, bool isDryRun, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } webhook)
            return WebhookRefusals.Unknown();
        if (!IsSentTo(webhook))
            return Off();
        var now = time.GetUtcNow();
        var (found, continueAfter) = await FindAsync(webhook, range, cancellationToken);
        if (!isDryRun && found.Count > 0)
            await QueueAsync(caller, webhook, [.. found.Select(published => DeliveryRow.Of(id, "replay", published, now))], cancellationToken);
        return new WebhookOutcome.Queued(found.Count, continueAfter);
    }

    private async Task<(IReadOnlyList<PublishedEvent> Events, long? ContinueAfter)> FindAsync(WebhookRow webhook, ReplayRange range, CancellationToken cancellationToken)
    {
        var (since, until) = (range.Since.ToUnixTimeMilliseconds(), range.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        var filter = new EventFilter(webhook.Everybodys == 1 ? null : webhook.UserId, webhook.TypeList, webhook.PluginSlug);
        var newest = await database.ReadAsync(session => OutboxRows.NewestAsync(session), cancellationToken);
        List<PublishedEvent> found = [];
        for (var after = range.After; after < newest;)
        {
            var page = await events.PageAsync(filter, after, newest, cancellationToken);
            foreach (var published in page.Events.Where(published => published.At >= since && published.At < until))
            {
                if (found.Count == options.MostReplayed)
                    return (found, found[^1].Sequence);
                found.Add(published);
            }

            after = page.ReadTo;
        }

        return (found, null);
    }

    private async Task QueueAsync(OperationCaller caller, WebhookRow webhook, IReadOnlyList<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async session =>
            {
                await WebhookTrails.InsertAsync(session, caller, webhook, "webhook.replay", new WebhookChanged(webhook.Id, "replayed"), time.GetUtcNow().ToUnixTimeMilliseconds());
                return true;
            },
            cancellationToken);
        // Many rows in small transactions, so that nobody waits for the writer. A kill in between leaves the first of them.
        foreach (var batch in rows.Chunk(500))
            await InsertAsync(batch, cancellationToken);
        wake.Pulse();
    }

    private Task<bool> InsertAsync(IReadOnlyList<DeliveryRow> rows, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            foreach (var row in rows)
                await DeliveryRows.InsertAsync(session, row);
            return true;
        },
        cancellationToken);

    private async Task<WebhookRow?> RowAsync(string? visibleTo, string id, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => WebhookRows.FindAsync(session, id), cancellationToken) is { } row && (visibleTo is null || row.UserId == visibleTo) ? row : null;

    private static bool IsSentTo(WebhookRow webhook) => webhook.Enabled == 1;

    private static WebhookOutcome.Refused Off() =>
        WebhookRefusals.Refuse(RefusalKind.Conflict, "webhook.disabled", "The webhook is switched off. Switch it on first: PATCH {\"enabled\": true}.");
}
