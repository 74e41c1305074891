using System.Globalization;
using Berth.Data.Sessions;
using Berth.Lifecycle.Cleanup;

namespace Berth.Lifecycle.Users;

/// <summary>
/// Ids within texts, which no column names: an operation that the user asked for on somebody's behalf, failures of a bulk,
/// events of others, kept answers, the journal of the migration. Found by reading whole tables, which keeps nobody from
/// writing, and forgotten a batch at a time; the transaction that deletes the user looks only at what came since.
/// </summary>
internal sealed class UserMentions(IDatabase database, TimeProvider time)
{
    /// <summary>Longer than a row may take from its id to its commit, and than nodes' clocks may differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private const int EventMargin = 10_000;

    /// <summary>Forgets what there is. May be repeated.</summary>
    /// <returns>Where to look again in the transaction.</returns>
    public async Task<MentionMark> ForgetAsync(string userId)
    {
        var mark = new MentionMark(
            (time.GetUtcNow() - Margin).ToUnixTimeMilliseconds(),
            await database.ReadAsync(session => session.ScalarAsync<long?>("SELECT MAX(seq) FROM outbox")) - EventMargin ?? 0);
        await BatchesAsync("", after => Read(session => OperationsAsync(session, userId, after)), ids => Write(session => ForgetOperationsAsync(session, userId, ids)));
        await BatchesAsync(0L, after => Read(session => EventsAsync(session, userId, after)), ids => Write(session => ForgetEventsAsync(session, ids)));
        await BatchesAsync("", after => Read(session => AnswersAsync(session, userId, after, since: 0)), ids => Write(session => ForgetAnswersAsync(session, ids)));
        await Write(session => ForgetAttemptsAsync(session, userId));
        await BatchesAsync(new MigratedKey("", "", ""), _ => Read(session => MigratedAsync(session, userId)), keys => Write(session => ForgetMigratedAsync(session, keys)));
        return mark;
    }

    /// <summary>Forgets what came since. Part of the caller's transaction.</summary>
    public static async Task ForgetSinceAsync(DbSession session, string userId, MentionMark mark)
    {
        // The ids of operations begin with their time.
        var begin = mark.Since.ToString("x12", CultureInfo.InvariantCulture);
        await BatchesAsync(begin, after => OperationsAsync(session, userId, after), ids => ForgetOperationsAsync(session, userId, ids));
        await BatchesAsync(mark.Sequence, after => EventsAsync(session, userId, after), ids => ForgetEventsAsync(session, ids));
        await BatchesAsync("", after => AnswersAsync(session, userId, after, mark.Since), ids => ForgetAnswersAsync(session, ids));
        await ForgetAttemptsAsync(session, userId);
    }

    private Task<T> Read<T>(Func<DbSession, Task<T>> work) => database.ReadAsync(work);

    private Task<int> Write(Func<DbSession, Task<int>> work) => database.WriteAsync(work);

    private static async Task BatchesAsync<T>(T after, Func<T, Task<IReadOnlyList<T>>> find, Func<IReadOnlyList<T>, Task<int>> forget)
    {
        while (await find(after) is { Count: > 0 } found)
        {
            await forget(found);
            after = found[^1];
        }
    }

    private static Task<IReadOnlyList<string>> OperationsAsync(DbSession session, string userId, string after) => session.QueryAsync<string>(
        $"SELECT id FROM operation WHERE id > @after AND user_id <> @userId AND (data LIKE @like OR progress LIKE @like) ORDER BY id LIMIT {AgedRows.Batch}",
        new { after, userId, like = Like(userId) });

    private static Task<int> ForgetOperationsAsync(DbSession session, string userId, IReadOnlyList<string> ids) => session.ExecuteAsync(
        "UPDATE operation SET data = REPLACE(data, @userId, 'deleted-user'), progress = REPLACE(progress, @userId, 'deleted-user') WHERE id IN @ids", new { userId, ids });

    private static Task<IReadOnlyList<long>> EventsAsync(DbSession session, string userId, long after) => session.QueryAsync<long>(
        $"SELECT seq FROM outbox WHERE seq > @after AND user_id <> @userId AND data LIKE @like ORDER BY seq LIMIT {AgedRows.Batch}",
        new { after, userId, like = Like(userId) });

    private static Task<int> ForgetEventsAsync(DbSession session, IReadOnlyList<long> numbers) =>
        session.ExecuteAsync("DELETE FROM outbox WHERE seq IN @numbers", new { numbers });

    private static Task<IReadOnlyList<string>> AnswersAsync(DbSession session, string userId, string after, long since) =>
        session.QueryAsync<string>(
            $"""
            SELECT id FROM idempotency WHERE id > @after AND created_at >= @since AND (location LIKE @like
                OR {(session.Kind == DatabaseKind.Sqlite ? "INSTR(CAST(body AS TEXT), @userId)" : "POSITION(CONVERT_TO(@userId, 'UTF8') IN body)")} > 0)
            ORDER BY id LIMIT {AgedRows.Batch}
            """,
            new { after, since, userId, like = Like(userId) });

    private static Task<int> ForgetAnswersAsync(DbSession session, IReadOnlyList<string> ids) =>
        session.ExecuteAsync("DELETE FROM idempotency WHERE id IN @ids", new { ids });

    /// <summary>How a receiver's answer began, where it repeats whom it was told of. Addresses that others wrote are theirs.</summary>
    private static Task<int> ForgetAttemptsAsync(DbSession session, string userId) =>
        session.ExecuteAsync("UPDATE webhook_attempt SET answer = NULL WHERE answer LIKE @like", new { like = Like(userId) });

    /// <summary>The next of those that are left: their keys are the user, a package and the user, an installation of theirs.</summary>
    private static Task<IReadOnlyList<MigratedKey>> MigratedAsync(DbSession session, string userId) => session.QueryAsync<MigratedKey>(
        $"SELECT migration_id, kind, key FROM migration_item WHERE key LIKE @like OR (kind = 'installation' AND detail LIKE @like) LIMIT {AgedRows.Batch}",
        new { like = Like(userId) });

    private static async Task<int> ForgetMigratedAsync(DbSession session, IReadOnlyList<MigratedKey> items)
    {
        var forgotten = 0;
        foreach (var item in items)
            forgotten += await session.ExecuteAsync("DELETE FROM migration_item WHERE migration_id = @MigrationId AND kind = @Kind AND key = @Key", item);
        return forgotten;
    }

    private static string Like(string userId) => $"%{userId}%";

    private sealed record MigratedKey(string MigrationId, string Kind, string Key);
}

/// <summary>Up to where mentions are forgotten.</summary>
/// <param name="Since">Milliseconds since 1970: operations and answers from then on are looked at again.</param>
/// <param name="Sequence">And events after this one.</param>
internal sealed record MentionMark(long Since, long Sequence);
