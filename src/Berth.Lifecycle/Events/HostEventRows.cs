using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Lifecycle.Events;

/// <summary>Writes the host's events to <c>outbox</c>, and those of the record of security to <c>audit</c>, too.</summary>
internal static class HostEventRows
{
    /// <summary>Who does what nobody asked for.</summary>
    private const string Host = "host";

    public static async Task<bool> InsertAsync(DbSession session, IReadOnlyList<HostEvent> events, string raisedBy)
    {
        foreach (var happened in events)
        {
            var row = RowOf(happened, raisedBy);
            await session.ExecuteAsync(
                "INSERT INTO outbox (at, type, subject, user_id, data, raised_by) VALUES (@At, @Type, @Subject, @UserId, @Data, @RaisedBy)", row);
            if (happened.IsProtected)
            {
                await session.ExecuteAsync(
                    "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail) VALUES (@At, @ActorId, @BehalfOf, @Action, @Subject, @Outcome, @Data)", row);
            }
        }

        return true;
    }

    private static Row RowOf(HostEvent happened, string raisedBy)
    {
        var actor = happened.Data switch
        {
            InstanceQuarantined { By: { } by } => by,
            InstanceReleased { By: { } by } => by,
            _ => happened.UserId ?? Host,
        };
        return new Row(
            happened.At.ToUnixTimeMilliseconds(), happened.Type, StoredEvents.SubjectOf(happened), happened.UserId, EventCatalogue.Write(happened.Data), raisedBy,
            actor, happened.UserId ?? actor, happened.Type["berth.".Length..], happened.Outcome is AuditOutcome.Succeeded ? "succeeded" : "failed");
    }

    private sealed record Row(
        long At, string Type, string Subject, string? UserId, string Data, string RaisedBy, string ActorId, string BehalfOf, string Action, string Outcome);
}
