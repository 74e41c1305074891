using Berth.Data.Sessions;

namespace Berth.Lifecycle.Audit;

/// <summary>A row of <c>audit_seal</c>.</summary>
internal sealed record AuditSeal(long SeqFrom, long SeqTo, long RowCount, string PreviousHash, string Hash, long At);

/// <summary>Where a chain ends, or where it goes on after its beginning was taken away.</summary>
internal sealed record AuditLink(long SeqTo, string Hash)
{
    /// <summary>Before the first seal.</summary>
    public static AuditLink Beginning { get; } = new(0, AuditHash.Beginning);
}

/// <summary>The statements over <c>audit_seal</c> and <c>audit_anchor</c>.</summary>
internal static class AuditSealRows
{
    /// <summary>Rows under one seal at most.</summary>
    public const int MostRows = 5_000;

    // Seals that go in one transaction: seconds of a busy server, hours of a quiet one.
    private const int MostCut = 20;

    public static async Task<AuditLink> HeadAsync(DbSession session) =>
        await session.FirstOrDefaultAsync<AuditLink>("SELECT seq_to, hash FROM audit_seal ORDER BY seq_from DESC LIMIT 1") ?? await AnchorAsync(session);

    public static async Task<AuditLink> AnchorAsync(DbSession session) =>
        await session.FirstOrDefaultAsync<AuditLink>("SELECT seq_to, hash FROM audit_anchor") ?? AuditLink.Beginning;

    public static Task<IReadOnlyList<AuditSeal>> AfterAsync(DbSession session, long seq, int limit) => session.QueryAsync<AuditSeal>(
        "SELECT seq_from, seq_to, row_count, previous_hash, hash, at FROM audit_seal WHERE seq_from > @seq ORDER BY seq_from LIMIT @limit", new { seq, limit });

    public static Task<IReadOnlyList<AuditEntry>> RowsAsync(DbSession session, long from, long to, int limit) => session.QueryAsync<AuditEntry>(
        """
        SELECT seq AS sequence, at, actor_id, user_id, action, subject, outcome, detail AS detail_json, request_id
        FROM audit WHERE seq >= @from AND seq <= @to ORDER BY seq LIMIT @limit
        """,
        new { from, to, limit });

    /// <summary>The seal over what comes after the head, up to a number at most; <see langword="null"/> when there is nothing.</summary>
    public static async Task<AuditSeal?> NextAsync(DbSession session, long upTo, long at)
    {
        var head = await HeadAsync(session);
        var rows = await RowsAsync(session, head.SeqTo + 1, upTo, MostRows);
        if (rows.Count == 0)
            return null;
        // A full page ends with its last row; otherwise everything up to the number is decided, gaps included.
        var (from, to) = (head.SeqTo + 1, rows.Count == MostRows ? rows[^1].Sequence : upTo);
        return new AuditSeal(from, to, rows.Count, head.Hash, AuditHash.Of(head.Hash, from, to, at, rows), at);
    }

    /// <summary>Adds the seal, unless somebody else has sealed there, or taken away, meanwhile. Returns whether it was added.</summary>
    public static async Task<bool> InsertAsync(DbSession session, AuditSeal seal) => await session.ExecuteAsync(
        """
        INSERT INTO audit_seal (seq_from, seq_to, row_count, previous_hash, hash, at)
        SELECT @SeqFrom, @SeqTo, @RowCount, @PreviousHash, @Hash, @At
        WHERE NOT EXISTS (SELECT 1 FROM audit_seal WHERE seq_to >= @SeqFrom) AND NOT EXISTS (SELECT 1 FROM audit_anchor WHERE seq_to >= @SeqFrom)
        """,
        seal) > 0;

    /// <summary>How many rows <see cref="CutAsync"/> would take away, once everything is sealed.</summary>
    public static async Task<long> CountCutAsync(DbSession session, long upTo)
    {
        var last = (await HeadAsync(session)).SeqTo <= upTo ? upTo : await session.ScalarAsync<long?>("SELECT MAX(seq_to) FROM audit_seal WHERE seq_to <= @upTo", new { upTo }) ?? 0;
        return await session.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE seq <= @last", new { last });
    }

    /// <summary>Takes the first seals and their rows away, up to a number at most; the chain then goes on from the last of them. Needs the open door.</summary>
    /// <returns>How many rows went.</returns>
    public static async Task<int> CutAsync(DbSession session, long upTo)
    {
        if (await session.QueryAsync<AuditSeal>(
            $"SELECT seq_from, seq_to, row_count, previous_hash, hash, at FROM audit_seal WHERE seq_to <= @upTo ORDER BY seq_from LIMIT {MostCut}", new { upTo }) is not [.., var last])
        {
            return 0;
        }

        await session.ExecuteAsync(
            """
            INSERT INTO audit_anchor (one, seq_to, hash, at) VALUES (1, @SeqTo, @Hash, @At)
            ON CONFLICT (one) DO UPDATE SET seq_to = excluded.seq_to, hash = excluded.hash, at = excluded.at
            """,
            last);
        await session.ExecuteAsync("DELETE FROM audit_seal WHERE seq_to <= @SeqTo", last);
        return await session.ExecuteAsync("DELETE FROM audit WHERE seq <= @SeqTo", last);
    }
}
