using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Server.RateLimiting;

namespace Berth.Server.Auth;

/// <summary>Tokens: issued once, kept as hashes, resolved from memory once warm.</summary>
public sealed class TokenStore(IDatabase database, TimeProvider time)
{
    private readonly TokenCache _cache = new(time);

    /// <summary>Issues a token. The secret is returned once and never again.</summary>
    /// <param name="by">Who asked for it, for the audit; nobody when a user signs in.</param>
    public async Task<(TokenRecord Record, string Token)> IssueAsync(
        string userId, TokenKind kind, string name, IReadOnlyList<string> scopes, TimeSpan? life, CancellationToken cancellationToken, Caller? by = null)
    {
        var now = time.GetUtcNow();
        var token = AccessToken.Create(kind == TokenKind.Session ? AccessToken.SessionPrefix : kind == TokenKind.Personal ? AccessToken.PersonalPrefix : "");
        var id = await database.WriteAsync(async session =>
        {
            var inserted = await InsertAsync(session, userId, kind, token, name, scopes, now, now + life);
            if (by is not null)
                await AccountAudit.AddAsync(session, by, "token.create", inserted, now);
            return inserted;
        }, cancellationToken);
        return (new TokenRecord(id, name, scopes, now, now + life, null), token);
    }

    /// <summary>Who a token belongs to, or <see langword="null"/> when it is unknown, expired or revoked.</summary>
    public ValueTask<Caller?> ResolveAsync(string token, CancellationToken cancellationToken) =>
        HashOf(token) is { } hash ? ResolveHashAsync(hash, cancellationToken) : ValueTask.FromResult<Caller?>(null);

    /// <summary>What a token is known by; <see langword="null"/> for what cannot be one.</summary>
    internal static string? HashOf(string token) => token.Length is < 8 or > 256 ? null : AccessToken.Hash(token);

    /// <summary>Who the token of a hash belongs to, or <see langword="null"/>.</summary>
    internal ValueTask<Caller?> ResolveHashAsync(string hash, CancellationToken cancellationToken) =>
        _cache.TryGet(hash, out var caller) ? ValueTask.FromResult(caller) : LoadAsync(hash, cancellationToken);

    /// <summary>Takes a one-time code: it works once. Returns whose it was.</summary>
    public async Task<string?> RedeemAsync(string code, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await database.WriteAsync(session => session.ScalarAsync<string>(
            """
            UPDATE tokens SET revoked_at = @now
            WHERE hash = @hash AND kind = 'signin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)
            RETURNING user_id
            """,
            new { now, hash = AccessToken.Hash(code) }), cancellationToken);
    }

    /// <summary>A user's personal access tokens, newest first.</summary>
    public Task<IReadOnlyList<TokenRecord>> ListAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<TokenRecord>>(async session =>
            [.. (await session.QueryAsync<TokenRow>(
                """
                SELECT id, name, scopes, created_at, expires_at, revoked_at FROM tokens
                WHERE user_id = @userId AND kind = 'pat' ORDER BY created_at DESC, id LIMIT 1000
                """,
                new { userId })).Select(row => row.ToRecord())],
            cancellationToken);

    /// <summary>Revokes a token of the caller's at once. Returns whether there was one.</summary>
    public async Task<bool> RevokeAsync(Caller caller, string tokenId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = await database.WriteAsync(async session =>
        {
            var revoked = await session.ScalarAsync<string>(
                "UPDATE tokens SET revoked_at = @at WHERE id = @tokenId AND user_id = @UserId AND revoked_at IS NULL RETURNING hash",
                new { at = now.ToUnixTimeMilliseconds(), tokenId, caller.UserId });
            if (revoked is not null)
                await AccountAudit.AddAsync(session, caller, "token.revoke", tokenId, now);
            return revoked;
        }, cancellationToken);
        if (hash is not null)
            _cache.Remove(hash);
        return hash is not null;
    }

    /// <summary>Revokes the very token a request came with (signing out).</summary>
    public async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        var hash = AccessToken.Hash(token);
        await database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE tokens SET revoked_at = @now WHERE hash = @hash AND revoked_at IS NULL", new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), hash }), cancellationToken);
        _cache.Remove(hash);
    }

    /// <summary>Forgets what is in memory of a user whose tokens were deleted.</summary>
    public void Forget(string userId) => _cache.RemoveUser(userId);

    internal static async Task<string> InsertAsync(
        DbSession session, string userId, TokenKind kind, string token, string name, IReadOnlyList<string> scopes, DateTimeOffset now, DateTimeOffset? expires)
    {
        var id = Guid.NewGuid().ToString("N");
        await session.ExecuteAsync(
            """
            INSERT INTO tokens (id, user_id, kind, hash, name, scopes, created_at, expires_at)
            VALUES (@id, @userId, @kind, @hash, @name, @scopes, @now, @expires)
            """,
            new
            {
                id,
                userId,
                kind = Word(kind),
                hash = AccessToken.Hash(token),
                name,
                scopes = JsonSerializer.Serialize(scopes),
                now = now.ToUnixTimeMilliseconds(),
                expires = expires?.ToUnixTimeMilliseconds(),
            });
        return id;
    }

    internal static string Word(TokenKind kind) => kind switch
    {
        TokenKind.Personal => "pat",
        TokenKind.Session => "session",
        TokenKind.Integration => "ci",
        _ => "signin",
    };

    private async ValueTask<Caller?> LoadAsync(string hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await database.ReadAsync(session => session.FirstOrDefaultAsync<CallerRow>(
            """
            SELECT u.id, u.username, u.roles, t.scopes, t.kind, t.created_at, t.expires_at
            FROM tokens t JOIN users u ON u.id = t.user_id
            WHERE t.hash = @hash AND t.kind <> 'signin' AND t.revoked_at IS NULL AND u.disabled_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > @now)
            """,
            new { hash, now = now.ToUnixTimeMilliseconds() }), cancellationToken);
        if (row is null)
            return null;
        var isSession = row.Kind == Word(TokenKind.Session);
        var caller = Caller.Of(row.Id, row.Username, Strings(row.Roles), Strings(row.Scopes)) with
        {
            // A browser that signs in again and again stays one user.
            Budget = isSession ? RateKey.OfUser(row.Id) : RateKey.OfToken(hash),
            SignedInAt = isSession ? DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt) : null,
        };
        _cache.Set(hash, caller, row.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null);
        return caller;
    }

    private static string[] Strings(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];

    private sealed class CallerRow
    {
        public required string Id { get; init; }

        public required string Username { get; init; }

        public required string Roles { get; init; }

        public required string Scopes { get; init; }

        public required string Kind { get; init; }

        public long CreatedAt { get; init; }

        public long? ExpiresAt { get; init; }
    }

    private sealed class TokenRow
    {
        public required string Id { get; init; }

        public required string Name { get; init; }

        public required string Scopes { get; init; }

        public long CreatedAt { get; init; }

        public long? ExpiresAt { get; init; }

        public long? RevokedAt { get; init; }

        public TokenRecord ToRecord() => new(Id, Name, Strings(Scopes), Instant(CreatedAt)!.Value, Instant(ExpiresAt), Instant(RevokedAt));

        private static DateTimeOffset? Instant(long? milliseconds) =>
            milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
