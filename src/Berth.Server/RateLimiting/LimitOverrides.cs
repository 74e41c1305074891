using System.Net;
using Berth.Data.Sessions;
using Berth.Server.Auth;

namespace Berth.Server.RateLimiting;

/// <summary>
/// Overrides in the database, and a snapshot of them in memory for the requests. A change in this process is in force at
/// once; one of another process within <see cref="Freshness"/>.
/// </summary>
public sealed partial class LimitOverrides(IDatabase database, TimeProvider time, ILogger<LimitOverrides> logger)
{
    /// <summary>How old the snapshot may become.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    private LimitOverrideSnapshot? _snapshot;
    private int _isRefreshing;

    /// <summary>An override of a category that is in force for a caller: for the token, else for the user; for one whom nobody knows, for the address.</summary>
    internal ValueTask<CategoryRule?> FindAsync(Caller? caller, IPAddress? address, RateCategory category, CancellationToken cancellationToken)
    {
        var snapshot = Volatile.Read(ref _snapshot);
        if (snapshot is null)
            return LoadedAsync(caller, address, category, cancellationToken);
        if (time.GetUtcNow() - snapshot.ReadAt > Freshness && Interlocked.Exchange(ref _isRefreshing, 1) == 0)
            _ = RefreshAsync();
        return ValueTask.FromResult(Find(snapshot, caller, address, category));
    }

    /// <summary>All that are in force, by user and name.</summary>
    public Task<IReadOnlyList<LimitOverride>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<LimitOverride>>(
        async session => [.. (await session.QueryAsync<Row>(
            """
            SELECT user_id, name, value, reason, set_by, set_at, expires_at FROM limit_override
            WHERE (expires_at IS NULL OR expires_at > @now)
              AND (user_id NOT LIKE 'token:%' OR EXISTS (SELECT 1 FROM tokens t WHERE t.id = SUBSTR(limit_override.user_id, 7) AND t.revoked_at IS NULL))
            ORDER BY user_id, name
            """,
            new { now = time.GetUtcNow().ToUnixTimeMilliseconds() })).Select(row => row.ToOverride())],
        cancellationToken);

    /// <summary>Whether there is a token of this id that somebody can use.</summary>
    public Task<bool> HasTokenAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM tokens WHERE id = @id AND kind = 'pat' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)",
            new { id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }) > 0,
        cancellationToken);

    /// <summary>Replaces all overrides of a subject by these; none takes them back. Returns how many there were before.</summary>
    /// <param name="actorId">Who decided it, for the audit.</param>
    public async Task<int> ReplaceAsync(string userId, IReadOnlyList<LimitOverride> overrides, string actorId, string? requestId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var detail = System.Text.Json.JsonSerializer.Serialize(new
        {
            limits = overrides.ToDictionary(one => one.Name, one => one.Value),
            reason = overrides.Count > 0 ? overrides[0].Reason : null,
            expires_at = overrides.Count > 0 ? overrides[0].ExpiresAt : null,
        });
        var removed = await database.WriteAsync(async session =>
        {
            var before = await session.ExecuteAsync("DELETE FROM limit_override WHERE user_id = @userId", new { userId });
            foreach (var one in overrides)
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO limit_override (user_id, name, value, reason, set_by, set_at, expires_at)
                    VALUES (@UserId, @Name, @Value, @Reason, @SetBy, @setAt, @expiresAt)
                    """,
                    new { one.UserId, one.Name, one.Value, one.Reason, one.SetBy, setAt = one.SetAt.ToUnixTimeMilliseconds(), expiresAt = one.ExpiresAt?.ToUnixTimeMilliseconds() });
            }

            if (before > 0 || overrides.Count > 0)
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO audit (at, actor_id, user_id, action, subject, outcome, detail, request_id)
                    VALUES (@now, @actorId, @actorId, 'limits.override', @userId, 'succeeded', @detail, @requestId)
                    """,
                    new { now, actorId, userId, detail, requestId });
            }

            return before;
        }, cancellationToken);
        await LoadAsync(CancellationToken.None);
        return removed;
    }

    private async ValueTask<CategoryRule?> LoadedAsync(Caller? caller, IPAddress? address, RateCategory category, CancellationToken cancellationToken) =>
        Find(await LoadAsync(cancellationToken), caller, address, category);

    private CategoryRule? Find(LimitOverrideSnapshot snapshot, Caller? caller, IPAddress? address, RateCategory category) =>
        caller is null ? snapshot.Find(address, category, time.GetUtcNow()) : snapshot.Find(caller.ActorId, caller.Budget, category, time.GetUtcNow());

    private async Task<LimitOverrideSnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var overrides = await ListAsync(cancellationToken);
        var ids = overrides.Where(one => LimitSubject.KindOf(one.UserId) == "token").Select(one => LimitSubject.ValueOf(one.UserId)).Distinct(StringComparer.Ordinal).ToList();
        var tokens = ids.Count == 0 ? [] : await database.ReadAsync(session => session.QueryAsync<TokenHash>("SELECT id, hash FROM tokens WHERE id IN @ids", new { ids }), cancellationToken);
        var fresh = new LimitOverrideSnapshot(at, overrides, tokens.ToDictionary(token => token.Id, token => token.Hash, StringComparer.Ordinal));
        Volatile.Write(ref _snapshot, fresh);
        return fresh;
    }

    private async Task RefreshAsync()
    {
        try
        {
            await LoadAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // What is known stays in force: a database that is away must not lift or lower anybody's limit.
            NotRefreshed(logger, exception);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Overrides of limits could not be read; the ones known stay in force")]
    private static partial void NotRefreshed(ILogger logger, Exception exception);

    private sealed record TokenHash(string Id, string Hash);

    private sealed record Row(string UserId, string Name, string Value, string Reason, string SetBy, long SetAt, long? ExpiresAt)
    {
        public LimitOverride ToOverride() => new(
            UserId, Name, Value, Reason, SetBy, DateTimeOffset.FromUnixTimeMilliseconds(SetAt),
            ExpiresAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null);
    }
}
