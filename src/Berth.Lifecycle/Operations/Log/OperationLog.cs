using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations.Log;

/// <summary>Reads <c>operation</c>: of a user by the index on user and time, of all by the key, whose ids grow with time.</summary>
internal sealed class OperationLog(IDatabase database, OperationChanges changes, OperationJournal journal, TimeProvider time) : IOperationLog
{
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    public Task<OperationEntry?> FindAsync(string? userId, string id, CancellationToken cancellationToken = default) => database.ReadAsync(
        async session =>
        {
            var entry = await session.FirstOrDefaultAsync<OperationEntry>("SELECT * FROM operation WHERE id = @id", new { id });
            return userId is null || string.Equals(entry?.UserId, userId, StringComparison.Ordinal) ? entry : null;
        },
        cancellationToken);

    public Task<IReadOnlyList<OperationEntry>> ListAsync(OperationQuery query, CancellationToken cancellationToken = default)
    {
        List<string> conditions = ["1 = 1"];
        var byUser = query.UserId is not null;
        if (byUser)
            conditions.Add("user_id = @UserId");
        if (query.Kind is not null)
            conditions.Add("kind = @Kind");
        if (query.State is not null)
            conditions.Add("state = @State");
        if (query.Slug is not null)
            conditions.Add("LOWER(plugin_slug) = @slug");
        if (query.Before is not null)
            conditions.Add(byUser ? "(created_at, id) < (@at, @id)" : "id < @id");
        var sql = $"SELECT * FROM operation WHERE {string.Join(" AND ", conditions)} ORDER BY {(byUser ? "created_at DESC, id DESC" : "id DESC")} LIMIT @Limit";
        var parameters = new
        {
            UserId = query.UserId ?? "",
            Kind = query.Kind ?? "",
            State = query.State ?? "",
            slug = query.Slug?.ToLowerInvariant() ?? "",
            at = query.Before?.CreatedAt ?? 0,
            id = query.Before?.Id ?? "",
            query.Limit,
        };
        return database.ReadAsync(session => session.QueryAsync<OperationEntry>(sql, parameters), cancellationToken);
    }

    public Task<IReadOnlyList<OperationEntry>> ChildrenAsync(string id, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => session.QueryAsync<OperationEntry>("SELECT * FROM operation WHERE parent_id = @id ORDER BY created_at, id", new { id }), cancellationToken);

    public async IAsyncEnumerable<OperationEntry?> WatchAsync(string id, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var watch = changes.Listen(id);
        var shown = (UpdatedAt: 0L, Steps: "", Progress: (string?)null, State: "");
        var quietSince = time.GetTimestamp();
        while (await FindAsync(null, id, cancellationToken) is { } entry)
        {
            var now = (entry.UpdatedAt, entry.Steps, entry.Progress, entry.State);
            if (now != shown)
            {
                shown = now;
                quietSince = time.GetTimestamp();
                yield return entry;
            }
            else if (time.GetElapsedTime(quietSince) >= silence)
            {
                quietSince = time.GetTimestamp();
                yield return null;
            }

            if (entry.HasEnded)
                yield break;
            await watch.RingsAsync(journal.IsAlive(id) ? silence : Elsewhere, time, cancellationToken);
        }
    }
}
