using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Server.Auth;

/// <summary>The users this server knows.</summary>
public sealed class UserStore(IDatabase database, TimeProvider time)
{
    /// <summary>Creates a user with a first personal access token. Returns <see langword="null"/> when the name is taken.</summary>
    public async Task<(UserRecord User, string Token)?> CreateAsync(NewUser user, Caller by, CancellationToken cancellationToken) =>
        (await CreateAsync([user], by, cancellationToken))?[0];

    /// <summary>Creates users with a first token each, all or none. Returns <see langword="null"/> when a name is taken.</summary>
    public async Task<IReadOnlyList<(UserRecord User, string Token)>?> CreateAsync(IReadOnlyList<NewUser> users, Caller by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var created = users.Select(user =>
            (User: new UserRecord(Guid.NewGuid().ToString("N"), user.Username, user.Roles, now), Token: AccessToken.Create(AccessToken.PersonalPrefix))).ToList();
        try
        {
            return await database.WriteAsync(async session =>
            {
                for (var i = 0; i < created.Count; i++)
                {
                    await InsertAsync(session, created[i].User, users[i].PasswordHash);
                    await TokenStore.InsertAsync(session, created[i].User.Id, TokenKind.Personal, created[i].Token, "first token", [], now, expires: null);
                    await AccountAudit.AddAsync(session, by, "user.create", created[i].User.Id, now);
                }

                return created;
            }, cancellationToken);
        }
        catch (DatabaseConstraintException exception) when (exception.IsUnique)
        {
            return null;
        }
    }

    /// <summary>Finds a user by id.</summary>
    public Task<UserRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
            (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM users WHERE id = @id AND disabled_at IS NULL", new { id }))?.ToRecord(), cancellationToken);

    /// <summary>Finds a user and the hash of their password by name, without regard to case.</summary>
    public Task<(UserRecord User, string? PasswordHash)?> FindByNameAsync(string username, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var row = await session.FirstOrDefaultAsync<Row>(
                $"SELECT {Columns} FROM users WHERE username_folded = @folded AND disabled_at IS NULL", new { folded = Fold(username) });
            return row is null ? ((UserRecord, string?)?)null : (row.ToRecord(), row.PasswordHash);
        }, cancellationToken);

    /// <summary>Users by id, after a cursor.</summary>
    public Task<IReadOnlyList<UserRecord>> ListAsync(int limit, string? after, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UserRecord>>(async session =>
            [.. (await session.QueryAsync<Row>(
                $"SELECT {Columns} FROM users WHERE id > @after AND disabled_at IS NULL ORDER BY id LIMIT @limit", new { after = after ?? "", limit })).Select(row => row.ToRecord())],
            cancellationToken);

    /// <summary>Makes sure that a user of another system has a row here, so that installations can refer to it.</summary>
    public Task EnsureAsync(UserRecord user, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync(
            """
            INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@Id, @Username, @folded, @roles, @at)
            ON CONFLICT (id) DO UPDATE SET roles = excluded.roles
            """,
            new { user.Id, user.Username, folded = Fold(user.Username) + "#" + user.Id, roles = JsonSerializer.Serialize(user.Roles), at = user.CreatedAt.ToUnixTimeMilliseconds() }), cancellationToken);

    internal static Task<int> InsertAsync(DbSession session, UserRecord user, string? passwordHash) => session.ExecuteAsync(
        """
        INSERT INTO users (id, username, username_folded, password_hash, roles, created_at)
        VALUES (@Id, @Username, @folded, @passwordHash, @roles, @at)
        """,
        new { user.Id, user.Username, folded = Fold(user.Username), passwordHash, roles = JsonSerializer.Serialize(user.Roles), at = user.CreatedAt.ToUnixTimeMilliseconds() });

    internal static string Fold(string username) => username.Normalize().ToLowerInvariant();

    private const string Columns = "id, username, password_hash, roles, created_at";

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string Username { get; init; }

        public string? PasswordHash { get; init; }

        public required string Roles { get; init; }

        public long CreatedAt { get; init; }

        public UserRecord ToRecord() =>
            new(Id, Username, JsonSerializer.Deserialize<string[]>(Roles) ?? [], DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }
}
