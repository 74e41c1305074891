using System.Text.Json;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>What audit and outbox say of operations.</summary>
internal static class Trails
{
    public static TrailRow Succeeded(OperationCaller caller, OperationResult result, long now, bool? purged = null) => Row(
        caller, result.Kind, result.PluginId, OperationKinds.EventOf(result.Kind), "succeeded",
        new OperationDetail(result.OperationId, result.Slug, result.Version, result.PreviousVersion, purged, Module: result.Module,
            Changed: result.Changed.Count == 0 ? null : result.Changed, Variant: result.Variant,
            Granted: result.Granted, Revoked: result.Revoked), now);

    public static TrailRow Failed(OperationCaller caller, string kind, string slug, string operationId, string step, string code, string message, long now) => Row(
        caller, kind, $"{caller.UserId}_{slug}", OperationKinds.FailedEvent, "failed",
        new OperationDetail(operationId, slug, Step: step, Code: code, Message: message), now);

    private static TrailRow Row(OperationCaller caller, string kind, string subject, string eventType, string outcome, OperationDetail detail, long now) => new(
        caller.ActorId, caller.UserId, caller.RequestId, OperationKinds.ActionOf(kind), eventType, subject, outcome,
        JsonSerializer.Serialize(detail, LifecycleJson.Default.OperationDetail), now);
}
