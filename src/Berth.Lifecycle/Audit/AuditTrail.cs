using Berth.Data.Sessions;

namespace Berth.Lifecycle.Audit;

/// <summary>Reads <c>audit</c> by its indexes: by user, by actor, or by number.</summary>
internal sealed class AuditTrail(IDatabase database) : IAuditTrail
{
    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        List<string> conditions = ["1 = 1"];
        Add(query.UserId, "user_id = @UserId");
        Add(query.ActorId, "actor_id = @ActorId");
        Add(query.Action, "action = @Action");
        Add(query.Outcome, "outcome = @Outcome");
        Add(query.Since, "at >= @since");
        Add(query.Until, "at < @until");
        Add(query.Before, "seq < @before");
        Add(query.After, "seq > @after");
        var sql = $"""
            SELECT seq AS sequence, at, actor_id, user_id, action, subject, outcome, detail AS detail_json, request_id
            FROM audit WHERE {string.Join(" AND ", conditions)} ORDER BY seq DESC LIMIT @Limit
            """;
        var parameters = new
        {
            UserId = query.UserId ?? "",
            ActorId = query.ActorId ?? "",
            Action = query.Action ?? "",
            Outcome = query.Outcome ?? "",
            since = query.Since?.ToUnixTimeMilliseconds() ?? 0,
            until = query.Until?.ToUnixTimeMilliseconds() ?? 0,
            before = query.Before ?? 0,
            after = query.After ?? 0,
            query.Limit,
        };
        return database.ReadAsync(session => session.QueryAsync<AuditEntry>(sql, parameters), cancellationToken);

        void Add(object? value, string condition)
        {
            if (value is not null)
                conditions.Add(condition);
        }
    }
}
