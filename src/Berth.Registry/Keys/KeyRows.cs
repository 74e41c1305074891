using Berth.Data.Sessions;

namespace Berth.Registry.Keys;

/// <summary>The table <c>signing_key</c>.</summary>
internal static class KeyRows
{
    private const string Columns =
        "kid, owner_id, name, algorithm, jwk, not_before, not_after, state, retired_at, revoked_since, revoke_reason, vouch, created_at, is_vouched";

    public static async Task<KeyRecord?> FindAsync(DbSession session, string kid) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM signing_key WHERE kid = @kid", new { kid }))?.ToRecord();

    public static async Task<IReadOnlyDictionary<string, KeyRecord>> FindAsync(DbSession session, IReadOnlyCollection<string> kids) =>
        (await session.QueryAsync<Row>($"SELECT {Columns} FROM signing_key WHERE kid IN @kids", new { kids })).ToDictionary(row => row.Kid, row => row.ToRecord(), StringComparer.Ordinal);

    public static async Task<IReadOnlyList<KeyRecord>> ListAsync(DbSession session, string? ownerId, int limit, string? after)
    {
        var rows = await session.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM signing_key k
            WHERE (CAST(@ownerId AS TEXT) IS NULL OR owner_id = @ownerId)
              AND (CAST(@after AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM signing_key l WHERE l.kid = @after AND (k.created_at < l.created_at OR (k.created_at = l.created_at AND k.kid > l.kid))))
            ORDER BY created_at DESC, kid LIMIT @limit
            """,
            new { ownerId, after, limit = (long)limit });
        return [.. rows.Select(row => row.ToRecord())];
    }

    public static async Task<IReadOnlyList<KeyRecord>> RegistryKeysAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM signing_key WHERE owner_id IS NULL ORDER BY created_at DESC, kid")).Select(row => row.ToRecord())];

    /// <summary>Authors' keys that are retired or revoked.</summary>
    public static async Task<IReadOnlyList<KeyRecord>> OverAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM signing_key WHERE owner_id IS NOT NULL AND state <> '{KeyState.Active}' ORDER BY kid")).Select(row => row.ToRecord())];

    public static Task<int> InsertAsync(DbSession session, KeyRecord key) => session.ExecuteAsync(
        """
        INSERT INTO signing_key (kid, owner_id, name, algorithm, jwk, not_before, not_after, state, vouch, created_at, is_vouched)
        VALUES (@Kid, @OwnerId, @Name, @Algorithm, @Jwk, @notBefore, @notAfter, @State, @Vouch, @createdAt, @IsVouched)
        """,
        new
        {
            key.Kid,
            key.OwnerId,
            key.Name,
            key.Algorithm,
            key.Jwk,
            notBefore = key.NotBefore.ToUnixTimeMilliseconds(),
            notAfter = key.NotAfter?.ToUnixTimeMilliseconds(),
            key.State,
            key.Vouch,
            createdAt = key.CreatedAt.ToUnixTimeMilliseconds(),
            key.IsVouched,
        });

    public static Task<int> UpdateAsync(DbSession session, KeyRecord key) => session.ExecuteAsync(
        "UPDATE signing_key SET state = @State, retired_at = @retiredAt, revoked_since = @since, revoke_reason = @RevokeReason WHERE kid = @Kid",
        new { key.State, retiredAt = key.RetiredAt?.ToUnixTimeMilliseconds(), since = key.RevokedSince?.ToUnixTimeMilliseconds(), key.RevokeReason, key.Kid });

    /// <summary>Lets a key be in force from an earlier time on; never from a later one.</summary>
    public static Task<int> ExtendAsync(DbSession session, string kid, DateTimeOffset from) => session.ExecuteAsync(
        "UPDATE signing_key SET not_before = @at WHERE kid = @kid AND not_before > @at", new { kid, at = from.ToUnixTimeMilliseconds() });

    private sealed record Row(
        string Kid,
        string? OwnerId,
        string? Name,
        string Algorithm,
        string Jwk,
        long NotBefore,
        long? NotAfter,
        string State,
        long? RetiredAt,
        long? RevokedSince,
        string? RevokeReason,
        string? Vouch,
        long CreatedAt,
        long IsVouched)
    {
        public KeyRecord ToRecord() => new(
            Kid, OwnerId, Name, Algorithm, Jwk, Time(NotBefore), Time(NotAfter), State, Time(RetiredAt), Time(RevokedSince), RevokeReason, Time(CreatedAt))
        { Vouch = Vouch, IsVouched = IsVouched != 0 };

        private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

        private static DateTimeOffset? Time(long? at) => at is { } value ? Time(value) : null;
    }
}
