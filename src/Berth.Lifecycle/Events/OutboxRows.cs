using Berth.Data.Sessions;

namespace Berth.Lifecycle.Events;

/// <summary>Reads of <c>outbox</c>.</summary>
internal static class OutboxRows
{
    private const string Columns = "seq AS sequence, type, subject, user_id, at, data AS data_json, raised_by";

    public static Task<IReadOnlyList<PublishedEvent>> AfterAsync(DbSession session, long after, int limit) => session.QueryAsync<PublishedEvent>(
        $"SELECT {Columns} FROM outbox WHERE seq > @after ORDER BY seq LIMIT @limit", new { after, limit });

    public static Task<IReadOnlyList<PublishedEvent>> BetweenAsync(DbSession session, string? userId, long after, long upTo, int limit) => userId is null
        ? session.QueryAsync<PublishedEvent>(
            $"SELECT {Columns} FROM outbox WHERE seq > @after AND seq <= @upTo ORDER BY seq LIMIT @limit", new { after, upTo, limit })
        : session.QueryAsync<PublishedEvent>(
            $"SELECT {Columns} FROM outbox WHERE user_id = @userId AND seq > @after AND seq <= @upTo ORDER BY seq LIMIT @limit", new { userId, after, upTo, limit });

    public static Task<IReadOnlyList<PublishedEvent>> BeforeAsync(DbSession session, string? userId, long before, int limit) => session.QueryAsync<PublishedEvent>(
        $"SELECT {Columns} FROM outbox WHERE seq < @before{(userId is null ? "" : " AND user_id = @user")} ORDER BY seq DESC LIMIT @limit",
        new { before, user = userId ?? "", limit });

    public static Task<PublishedEvent?> FindAsync(DbSession session, long sequence) =>
        session.FirstOrDefaultAsync<PublishedEvent>($"SELECT {Columns} FROM outbox WHERE seq = @sequence", new { sequence });

    public static Task<long> NewestAsync(DbSession session) => session.ScalarAsync<long>("SELECT COALESCE(MAX(seq), 0) FROM outbox");

    /// <summary>Up to where events were removed.</summary>
    public static Task<long> FloorAsync(DbSession session) => session.ScalarAsync<long>("SELECT seq FROM outbox_floor");
}
