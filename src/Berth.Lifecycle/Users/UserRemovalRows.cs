using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Users;

/// <summary>Rows of <c>user_removal</c>, and the transaction after which a user is gone.</summary>
internal static class UserRemovalRows
{
    private const string Administrator = "%\"admin\"%";

    public static Task<UserRemovalRow?> FindAsync(DbSession session, string userId) =>
        session.FirstOrDefaultAsync<UserRemovalRow>("SELECT * FROM user_removal WHERE user_id = @userId", new { userId });

    public static Task<IReadOnlyList<string>> OpenAsync(DbSession session, long before) =>
        session.QueryAsync<string>("SELECT user_id FROM user_removal WHERE started_at <= @before ORDER BY started_at", new { before });

    public static Task<string?> NameAsync(DbSession session, string userId) =>
        session.ScalarAsync<string>("SELECT username FROM users WHERE id = @userId AND disabled_at IS NULL", new { userId });

    public static async Task<bool> IsLastAdministratorAsync(DbSession session, string userId) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE roles LIKE @Administrator AND disabled_at IS NULL AND id = @userId", new { userId, Administrator }) > 0
        && await session.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE roles LIKE @Administrator AND disabled_at IS NULL AND id <> @userId", new { userId, Administrator }) == 0;

    /// <summary>From here on the user is on their way out: nobody signs in as them.</summary>
    public static async Task BeginAsync(DbSession session, UserRemovalRow row)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO user_removal (user_id, username, heir_id, actor_id, request_id, step, started_at)
            VALUES (@UserId, @Username, @HeirId, @ActorId, @RequestId, @Step, @StartedAt)
            """,
            row);
        await session.ExecuteAsync("UPDATE users SET disabled_at = @StartedAt WHERE id = @UserId", new { row.UserId, row.StartedAt });
        await session.ExecuteAsync("DELETE FROM tokens WHERE user_id = @UserId", new { row.UserId });
    }

    /// <summary>Notes that the rows go in this transaction. Answers 0 when they have gone already.</summary>
    public static Task<int> TryGoAsync(DbSession session, string userId) =>
        session.ExecuteAsync("UPDATE user_removal SET step = 'gone' WHERE user_id = @userId AND step = 'begun'", new { userId });

    /// <summary>Deletes every row of the user; what others use of theirs gets another author.</summary>
    public static async Task DeleteAsync(DbSession session, UserRemovalRow row, string author, MentionMark mark)
    {
        await PublisherHandover.RunAsync(session, row.UserId, author, row.StartedAt);
        var personal = await PersonalColumns.ReadAsync(session);
        foreach (var column in personal.Authored)
            await session.ExecuteAsync($"UPDATE {column.TableName} SET {column.ColumnName} = @author WHERE {column.ColumnName} = @UserId", new { author, row.UserId });
        await UserMentions.ForgetSinceAsync(session, row.UserId, mark);
        // Installations first: what hangs on them goes by their foreign keys.
        foreach (var column in personal.Owned.OrderBy(column => column.TableName is "plugin" ? 0 : 1))
            await session.ExecuteAsync($"DELETE FROM {column.TableName} WHERE {column.ColumnName} = @UserId", new { row.UserId });
        await session.ExecuteAsync("DELETE FROM users WHERE id = @UserId", new { row.UserId });
    }

    public static Task EndAsync(DbSession session, string userId) =>
        session.ExecuteAsync("DELETE FROM user_removal WHERE user_id = @userId", new { userId });

    public static Task NoteAsync(DbSession session, string userId, IReadOnlyList<string> notes) => session.ExecuteAsync(
        "UPDATE user_removal SET notes = @notes WHERE user_id = @userId", new { userId, notes = JsonSerializer.Serialize(notes) });
}

/// <summary>A deletion under way.</summary>
internal sealed class UserRemovalRow
{
    public required string UserId { get; init; }

    public required string Username { get; init; }

    public string? HeirId { get; init; }

    public required string ActorId { get; init; }

    public string? RequestId { get; init; }

    public required string Step { get; init; }

    public string Notes { get; init; } = "[]";

    public long StartedAt { get; init; }
}
