using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Data.Sessions;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Reads publishers and members, and makes a person's own publisher the first time it is needed.</summary>
internal static partial class PublisherRows
{
    private const string Columns =
        """
        p.id, p.name, p.display_name, p.kind, p.user_id, p.created_at,
        (SELECT COUNT(*) FROM publisher_proof f WHERE f.publisher_id = p.id AND f.verified_at IS NOT NULL AND f.expires_at > @now) AS proofs
        """;

    /// <summary>A lower-case letter, then 1 to 38 lower-case letters, digits or single hyphens.</summary>
    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    public static string PersonalName(string userId) => "~" + userId;

    public static async Task<PublisherRecord?> FindAsync(DbSession session, string name, long now) =>
        await session.FirstOrDefaultAsync<PublisherRow>($"SELECT {Columns} FROM publisher p WHERE p.name = @name", new { name = name.ToLowerInvariant(), now }) is { } row
            ? row.ToRecord(await PrefixesAsync(session, row.Id))
            : null;

    public static async Task<IReadOnlyList<PublisherRecord>> ListAsync(DbSession session, string after, int limit, long now)
    {
        var rows = await session.QueryAsync<PublisherRow>(
            $"SELECT {Columns} FROM publisher p WHERE p.name > @after ORDER BY p.name LIMIT @limit", new { after, limit = (long)limit, now });
        var list = new List<PublisherRecord>(rows.Count);
        foreach (var row in rows)
            list.Add(row.ToRecord(await PrefixesAsync(session, row.Id)));
        return list;
    }

    /// <summary>The publishers a user belongs to, with the role.</summary>
    public static Task<IReadOnlyList<OwnRow>> OfUserAsync(DbSession session, string userId) => session.QueryAsync<OwnRow>(
        "SELECT p.id, p.name, m.role FROM publisher p JOIN publisher_member m ON m.publisher_id = p.id WHERE m.user_id = @userId ORDER BY p.name", new { userId });

    public static Task<string?> RoleAsync(DbSession session, string publisherId, string userId) => session.ScalarAsync<string>(
        "SELECT role FROM publisher_member WHERE publisher_id = @publisherId AND user_id = @userId", new { publisherId, userId });

    public static async Task<bool> MayAsync(DbSession session, RegistryActor actor, string publisherId, string needed) =>
        actor.IsAdministrator || PublisherRoles.Covers(await RoleAsync(session, publisherId, actor.UserId), needed);

    /// <summary>A user by id or name; <see langword="null"/> when there is none.</summary>
    public static Task<string?> UserAsync(DbSession session, string user) => session.ScalarAsync<string>(
        "SELECT id FROM users WHERE (id = @user OR username_folded = @folded) AND disabled_at IS NULL", new { user, folded = user.Normalize().ToLowerInvariant() });

    /// <summary>The id of a person's own publisher, made when it is not there yet; <see langword="null"/> when there is no such user.</summary>
    public static async Task<string?> EnsurePersonalAsync(DbSession session, string userId, long at)
    {
        if (await session.ScalarAsync<string>("SELECT id FROM publisher WHERE user_id = @userId", new { userId }) is { } known)
            return known;
        if (await session.ScalarAsync<string>("SELECT username FROM users WHERE id = @userId AND disabled_at IS NULL", new { userId }) is not { } username)
            return null;
        return await InsertAsync(session, PersonalName(userId), username, PublisherKinds.Personal, userId, userId, at);
    }

    /// <summary>Makes a publisher and its first owner.</summary>
    public static async Task<string> InsertAsync(DbSession session, string name, string displayName, string kind, string? userId, string owner, long at)
    {
        var id = Guid.CreateVersion7().ToString("n");
        await session.ExecuteAsync(
            "INSERT INTO publisher (id, name, display_name, kind, user_id, created_by, created_at) VALUES (@id, @name, @displayName, @kind, @userId, @owner, @at)",
            new { id, name, displayName, kind, userId, owner, at });
        await PutMemberAsync(session, id, owner, PublisherRoles.Owner, at);
        return id;
    }

    public static Task<int> PutMemberAsync(DbSession session, string publisherId, string userId, string role, long at) => session.ExecuteAsync(
        """
        INSERT INTO publisher_member (publisher_id, user_id, role, added_at) VALUES (@publisherId, @userId, @role, @at)
        ON CONFLICT (publisher_id, user_id) DO UPDATE SET role = excluded.role
        """,
        new { publisherId, userId, role, at });

    /// <summary>Whether nobody would own the publisher without this user.</summary>
    public static async Task<bool> IsLastOwnerAsync(DbSession session, string publisherId, string userId) =>
        await session.ScalarAsync<string>(
            "SELECT user_id FROM publisher_member WHERE publisher_id = @publisherId AND role = 'owner' AND user_id <> @userId", new { publisherId, userId }) is null
        && await RoleAsync(session, publisherId, userId) == PublisherRoles.Owner;

    public static async Task AddTrailAsync(DbSession session, RegistryActor actor, long at, string? type, string action, string subject, object data)
    {
        if (type is not null)
        {
            await VersionTrail.AddAsync(session, actor, at, type, action, subject, data);
            return;
        }

        await session.ExecuteAsync(
            "INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail) VALUES (@at, @ActorId, @UserId, @action, @subject, 'succeeded', @json)",
            new { at, actor.ActorId, actor.UserId, action, subject, json = JsonSerializer.Serialize(data) });
    }

    private static Task<IReadOnlyList<string>> PrefixesAsync(DbSession session, string publisherId) =>
        session.QueryAsync<string>("SELECT prefix FROM publisher_prefix WHERE publisher_id = @publisherId ORDER BY prefix", new { publisherId });

    [GeneratedRegex(@"\A[a-z](-?[a-z0-9]){1,38}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    internal sealed record OwnRow(string Id, string Name, string Role);

    private sealed record PublisherRow(string Id, string Name, string DisplayName, string Kind, string? UserId, long CreatedAt, long Proofs)
    {
        public PublisherRecord ToRecord(IReadOnlyList<string> prefixes) =>
            new(Id, Name, DisplayName, Kind, UserId, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), Proofs > 0, prefixes);
    }
}
