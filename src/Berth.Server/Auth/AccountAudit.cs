using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Server.Auth;

/// <summary>
/// Who made or ended which account or token, and for whom: an administrator who acts for a user leaves both names. Each
/// row of the audit has its event beside it.
/// </summary>
internal static class AccountAudit
{
    public static async Task AddAsync(DbSession session, Caller by, string action, string subject, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        await session.ExecuteAsync(
            """
            INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, request_id) VALUES (@at, @ActorId, @UserId, @action, @subject, 'succeeded', @RequestId)
            """,
            new { at, by.ActorId, by.UserId, action, subject, by.RequestId });
        var (type, userId, data) = action switch
        {
            "user.create" => ("berth.user.created", subject, JsonSerializer.Serialize(new { user_id = subject })),
            "token.create" => ("berth.token.created", by.UserId, JsonSerializer.Serialize(new { token_id = subject })),
            "token.revoke" => ("berth.token.revoked", by.UserId, JsonSerializer.Serialize(new { token_id = subject })),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "There is no such action on accounts."),
        };
        await session.ExecuteAsync(
            "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@at, @type, @subject, @userId, @data)", new { at, type, subject, userId, data });
    }
}
