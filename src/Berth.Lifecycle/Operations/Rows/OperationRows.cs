using Berth.Data.Sessions;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>Rows of <c>operation</c>, the journal.</summary>
internal static class OperationRows
{
    public const string Columns = "id, kind, user_id, plugin_slug, state, step, steps, data, node, lease_until, created_at";

    public static Task InsertAsync(DbSession session, NewOperationRow row) => session.ExecuteAsync(
        """
        INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, steps, data, result, node, lease_until, created_at, updated_at, idempotency_key, parent_id)
        VALUES (@Id, @Kind, @UserId, @Slug, @State, @Step, @Steps, @Data, @Result, @Node, @LeaseUntil, @Now, @Now, @IdempotencyKey, @ParentId)
        """,
        row);

    /// <summary>The same, unless an operation runs on this plugin of this user, here or on another node. Answers whether it did.</summary>
    public static async Task<bool> TryInsertAsync(DbSession session, NewOperationRow row) => await session.ExecuteAsync(
        """
        INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, steps, data, result, node, lease_until, created_at, updated_at, idempotency_key, parent_id)
        SELECT @Id, @Kind, @UserId, @Slug, @State, @Step, @Steps, @Data, @Result, @Node, @LeaseUntil, @Now, @Now, @IdempotencyKey, @ParentId
        WHERE NOT EXISTS (SELECT 1 FROM operation WHERE user_id = @UserId AND plugin_slug = @Slug AND state = 'running' AND kind <> 'bulk')
        """,
        row) == 1;

    /// <summary>Notes a step and renews the lease. Answers 0 when the operation is not ours any more.</summary>
    public static Task<int> StepAsync(DbSession session, string id, string step, string steps, long leaseUntil, long now) => session.ExecuteAsync(
        "UPDATE operation SET step = @step, steps = @steps, lease_until = @leaseUntil, updated_at = @now WHERE id = @id AND state = 'running'",
        new { id, step, steps, leaseUntil, now });

    public static Task<int> RenewAsync(DbSession session, string id, long leaseUntil) => session.ExecuteAsync(
        "UPDATE operation SET lease_until = @leaseUntil WHERE id = @id AND state = 'running'", new { id, leaseUntil });

    /// <summary>Ends a running operation. Answers 0 when somebody else has ended it.</summary>
    public static Task<int> EndAsync(DbSession session, EndOperationRow row) => session.ExecuteAsync(
        """
        UPDATE operation SET state = @State, step = @Step, steps = @Steps, result = @Result, error = @Error, updated_at = @Now
        WHERE id = @Id AND state = 'running'
        """,
        row);

    public static Task<OperationRow?> RunningAsync(DbSession session, string userId, string slug) => session.FirstOrDefaultAsync<OperationRow>(
        $"SELECT {Columns} FROM operation WHERE user_id = @userId AND plugin_slug = @slug AND state = 'running' AND kind <> 'bulk'", new { userId, slug });

    /// <summary>Results of what a request with this key has done, oldest first.</summary>
    public static Task<IReadOnlyList<string>> ResultsOfKeyAsync(DbSession session, string key, long since) => session.QueryAsync<string>(
        "SELECT result FROM operation WHERE idempotency_key = @key AND state = 'succeeded' AND result IS NOT NULL AND created_at >= @since ORDER BY created_at, id",
        new { key, since });

    public static Task<IReadOnlyList<OperationRow>> AllRunningAsync(DbSession session, string node, long expiredAt) => session.QueryAsync<OperationRow>(
        $"SELECT {Columns} FROM operation WHERE state = 'running' AND kind <> 'bulk' AND (node = @node OR lease_until < @expiredAt)", new { node, expiredAt });
}

/// <summary>A journal entry as read.</summary>
internal sealed record OperationRow(
    string Id, string Kind, string UserId, string PluginSlug, string State, string Step, string Steps, string Data, string Node, long LeaseUntil, long CreatedAt);

/// <summary>Parameters of a new journal entry.</summary>
internal sealed record NewOperationRow(
    string Id, string Kind, string UserId, string Slug, string State, string Step, string Steps, string Data, string? Result, string Node, long LeaseUntil, long Now,
    string? IdempotencyKey = null, string? ParentId = null);

/// <summary>Parameters of the end of an operation.</summary>
internal sealed record EndOperationRow(string Id, string State, string Step, string Steps, string? Result, string? Error, long Now);
