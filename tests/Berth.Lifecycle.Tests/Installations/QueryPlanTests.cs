using Berth.Data.Sessions;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Installations;

/// <summary>What is asked of large tables is answered by an index: with a million installations nothing walks a table.</summary>
public sealed class QueryPlanTests
{
    [Theory]
    [InlineData("SELECT plugin_slug, version, COUNT(*) AS users FROM plugin GROUP BY plugin_slug, version", "plugin USING COVERING INDEX plugin_by_version")]
    [InlineData("SELECT * FROM outbox WHERE user_id = 'u' AND seq > 1 AND seq <= 9 ORDER BY seq LIMIT 5", "SEARCH outbox USING INDEX outbox_by_user")]
    [InlineData("SELECT * FROM outbox WHERE seq > 1 ORDER BY seq LIMIT 5", "SEARCH outbox USING INTEGER PRIMARY KEY")]
    [InlineData("SELECT * FROM audit WHERE user_id = 'u' AND seq < 9 ORDER BY seq DESC LIMIT 5", "SEARCH audit USING INDEX audit_by_user")]
    [InlineData("SELECT * FROM audit WHERE actor_id = 'u' ORDER BY seq DESC LIMIT 5", "SEARCH audit USING INDEX audit_by_actor")]
    [InlineData("SELECT * FROM operation WHERE user_id = 'u' AND (created_at, id) < (1, 'x') ORDER BY created_at DESC, id DESC LIMIT 5", "SEARCH operation USING INDEX operation_by_user")]
    [InlineData("SELECT * FROM operation WHERE id < 'x' ORDER BY id DESC LIMIT 5", "SEARCH operation USING INDEX sqlite_autoindex_operation_1")]
    public async Task A_list_or_a_count_is_read_from_its_index(string sql, string expected)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

        var plan = await world.Database.ReadAsync(session => session.QueryAsync<Step>("EXPLAIN QUERY PLAN " + sql));

        plan.ShouldContain(step => step.Detail.Contains(expected, StringComparison.Ordinal), string.Join("; ", plan.Select(step => step.Detail)));
    }

    private sealed class Step
    {
        public required string Detail { get; init; }
    }
}
