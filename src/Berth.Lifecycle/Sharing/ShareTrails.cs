using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Sharing;

/// <summary>What audit and outbox say of offers: one audit row for who did it, an event for each of the two.</summary>
internal static class ShareTrails
{
    public static async Task InsertAsync(DbSession session, OperationCaller caller, ShareRow share, string action, string what, long now)
    {
        var type = $"berth.share.{what}";
        var detail = JsonSerializer.Serialize(
            new ShareTrail(share.Id, share.PluginSlug, share.Version, share.FromUser, share.Recipient), LifecycleJson.Default.ShareTrail);
        await TrailRows.InsertAsync(session, new TrailRow(caller.ActorId, caller.UserId, caller.RequestId, action, type, share.Id, "succeeded", detail, now));
        var other = caller.UserId == share.FromUser ? share.ToUser : share.FromUser;
        if (other is not null)
        {
            await session.ExecuteAsync(
                "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@now, @type, @Id, @other, @detail)", new { now, type, share.Id, other, detail });
        }
    }
}

/// <summary>What audit and events say of an offer. The recipient stands there as the sender wrote it.</summary>
internal sealed record ShareTrail(string ShareId, string Slug, string Version, string FromUser, string Recipient);
