using Berth.Data.Sessions;

namespace Berth.Server.Auth;

/// <summary>Who made or ended which account or token, and for whom: an administrator who acts for a user leaves both names.</summary>
internal static class AccountAudit
{
    public static Task AddAsync(DbSession session, Caller by, string action, string subject, DateTimeOffset now) => session.ExecuteAsync(
        """
        INSERT INTO audit (at, actor_id, user_id, action, subject, outcome) VALUES (@at, @ActorId, @UserId, @action, @subject, 'succeeded')
        """,
        new { at = now.ToUnixTimeMilliseconds(), by.ActorId, by.UserId, action, subject });
}
