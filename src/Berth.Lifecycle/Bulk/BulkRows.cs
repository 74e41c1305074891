using Berth.Data.Sessions;

namespace Berth.Lifecycle.Bulk;

/// <summary>Rows of <c>operation</c> of the kind <c>bulk</c>.</summary>
internal static class BulkRows
{
    public const string Kind = "bulk";

    public static Task InsertAsync(DbSession session, NewBulkRow row) => session.ExecuteAsync(
        """
        INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, steps, data, progress, node, lease_until, created_at, updated_at, idempotency_key)
        VALUES (@Id, 'bulk', @UserId, @Slug, 'running', 'run', @Steps, @Data, @Progress, @Node, @LeaseUntil, @Now, @Now, @IdempotencyKey)
        """,
        row);

    /// <summary>The entry that a request with this key began.</summary>
    public static Task<BulkRow?> OfKeyAsync(DbSession session, string key) => session.FirstOrDefaultAsync<BulkRow>(
        $"SELECT {Columns} FROM operation WHERE idempotency_key = @key AND kind = 'bulk' ORDER BY created_at DESC", new { key });

    /// <summary>Entries that nobody may be running: this node's, and those whose lease ran out.</summary>
    public static Task<IReadOnlyList<BulkRow>> AbandonedAsync(DbSession session, string node, long now) => session.QueryAsync<BulkRow>(
        $"SELECT {Columns} FROM operation WHERE state = 'running' AND kind = 'bulk' AND (node = @node OR lease_until < @now)", new { node, now });

    /// <summary>Makes an abandoned entry this node's. Answers whether nobody was quicker.</summary>
    public static async Task<bool> TakeAsync(DbSession session, BulkRow row, string node, long until) => await session.ExecuteAsync(
        "UPDATE operation SET node = @node, lease_until = @until WHERE id = @Id AND state = 'running' AND node = @Before AND lease_until = @LeaseBefore",
        new { row.Id, node, until, Before = row.Node, LeaseBefore = row.LeaseUntil }) == 1;

    /// <summary>Shows how far it is and renews the lease. Answers whether it still is this node's.</summary>
    public static async Task<bool> ShowAsync(DbSession session, string id, string node, string progress, long until, long now) => await session.ExecuteAsync(
        "UPDATE operation SET progress = @progress, lease_until = @until, updated_at = @now WHERE id = @id AND state = 'running' AND node = @node",
        new { id, node, progress, until, now }) == 1;

    /// <summary>The same, and moves the place to go on from.</summary>
    public static async Task<bool> AdvanceAsync(DbSession session, string id, string node, string data, string progress, long until, long now) => await session.ExecuteAsync(
        "UPDATE operation SET data = @data, progress = @progress, lease_until = @until, updated_at = @now WHERE id = @id AND state = 'running' AND node = @node",
        new { id, node, data, progress, until, now }) == 1;

    /// <summary>Ends it. Answers whether it ran.</summary>
    public static async Task<bool> EndAsync(DbSession session, EndBulkRow row) => await session.ExecuteAsync(
        """
        UPDATE operation SET state = @State, step = 'end', progress = COALESCE(@Progress, progress), result = @Result, error = @Error, updated_at = @Now
        WHERE id = @Id AND kind = 'bulk' AND state = 'running'
        """,
        row) == 1;

    public static Task<BulkRow?> FindAsync(DbSession session, string id) => session.FirstOrDefaultAsync<BulkRow>(
        $"SELECT {Columns} FROM operation WHERE id = @id AND kind = 'bulk'", new { id });

    private const string Columns = "id, user_id, plugin_slug, data, progress, node, lease_until";
}

/// <summary>A bulk entry as read.</summary>
internal sealed record BulkRow(string Id, string UserId, string PluginSlug, string Data, string? Progress, string Node, long LeaseUntil);

/// <summary>Parameters of a new bulk entry.</summary>
internal sealed record NewBulkRow(
    string Id, string UserId, string Slug, string Steps, string Data, string Progress, string Node, long LeaseUntil, long Now, string? IdempotencyKey);

/// <summary>Parameters of the end of a bulk entry.</summary>
internal sealed record EndBulkRow(string Id, string State, string? Progress, string? Result, string? Error, long Now);
