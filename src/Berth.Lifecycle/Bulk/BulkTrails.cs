using System.Text.Json;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Bulk;

/// <summary>What audit and outbox say of bulk operations.</summary>
internal static class BulkTrails
{
    public static TrailRow Of(BulkRow row, BulkData data, BulkProgress progress, string eventType, string outcome, string? code, long now) => new(
        data.ActorId, row.UserId, data.RequestId, "plugin.bulk", eventType, row.Id, outcome,
        JsonSerializer.Serialize(
            new BulkTrail(row.Id, data.Operation, row.PluginSlug, data.Version, progress.Total, progress.Succeeded, progress.Failed, code),
            LifecycleJson.Default.BulkTrail),
        now);
}
