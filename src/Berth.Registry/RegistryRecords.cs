using Berth.Data.Sessions;

namespace Berth.Registry;

/// <summary>Audit and events of the registry, written in the transaction of what they report.</summary>
internal static class RegistryRecords
{
    /// <summary>Adds an event that everybody may see.</summary>
    public static Task<int> AddEventAsync(DbSession session, long at, string type, string subject, string userId, string data) =>
        session.ExecuteAsync(
            "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@at, @type, @subject, @userId, @data)",
            new { at, type, subject, userId, data });

    /// <summary>Adds an audit row of something that succeeded.</summary>
    public static Task<int> AddAuditAsync(DbSession session, long at, string actorId, string action, string subject, string detail) =>
        session.ExecuteAsync(
            "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail) VALUES (@at, @actorId, @actorId, @action, @subject, 'succeeded', @detail)",
            new { at, actorId, action, subject, detail });
}
