using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Versions;

/// <summary>The event and the audit row of a change of a version or a channel.</summary>
internal static class VersionTrail
{
    public static Task AddAsync(DbSession session, RegistryActor actor, long at, string type, string action, VersionRow row, object data) =>
        AddAsync(session, actor, at, type, action, $"{row.Slug}@{row.Version}", data);

    public static async Task AddAsync(DbSession session, RegistryActor actor, long at, string type, string action, string subject, object data)
    {
        var json = JsonSerializer.Serialize(data);
        await RegistryRecords.AddEventAsync(session, at, type, subject, actor.UserId, json);
        await session.ExecuteAsync(
            "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail) VALUES (@at, @ActorId, @UserId, @action, @subject, 'succeeded', @json)",
            new { at, actor.ActorId, actor.UserId, action, subject, json });
    }
}
