using Berth.Data.Sessions;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>The trail of an operation: a row of <c>audit</c> and a row of <c>outbox</c>, in the transaction of what they report.</summary>
internal static class TrailRows
{
    public static async Task InsertAsync(DbSession session, TrailRow row)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail, request_id)
            VALUES (@Now, @ActorId, @UserId, @Action, @Subject, @Outcome, @Detail, @RequestId)
            """,
            row);
        await session.ExecuteAsync(
            "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@Now, @EventType, @Subject, @UserId, @Detail)", row);
    }
}

/// <summary>What audit and outbox say.</summary>
internal sealed record TrailRow(
    string ActorId, string UserId, string? RequestId, string Action, string EventType, string Subject, string Outcome, string Detail, long Now);
