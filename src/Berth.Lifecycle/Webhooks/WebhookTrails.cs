using Berth.Data.Sessions;
using Berth.Events;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Webhooks;

/// <summary>What audit and outbox say of webhooks. Never an address: it may hold a key in its query.</summary>
internal static class WebhookTrails
{
    public static Task InsertAsync(DbSession session, OperationCaller caller, WebhookRow row, string action, BerthEvent happened, long now) =>
        InsertAsync(session, caller.ActorId, row, caller.RequestId, action, happened, now);

    /// <summary>The server itself switched it off.</summary>
    public static Task DisabledAsync(DbSession session, WebhookRow row, string reason, long now) =>
        InsertAsync(session, "server", row, null, "webhook.disable", new WebhookDisabled(row.Id, reason), now);

    private static Task InsertAsync(DbSession session, string actor, WebhookRow row, string? request, string action, BerthEvent happened, long now) =>
        TrailRows.InsertAsync(session, new TrailRow(
            actor, row.UserId, request, action, EventCatalogue.DescriptionOf(happened.GetType())!.Type, row.Id, "succeeded", EventCatalogue.Write(happened), now));
}
