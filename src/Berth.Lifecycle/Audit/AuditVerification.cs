using System.Runtime.CompilerServices;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Audit;

/// <inheritdoc />
internal sealed class AuditVerification(IDatabase database, AuditSealer sealer) : IAuditSeals
{
    private const int Page = 100;

    public async Task SealAsync(CancellationToken cancellationToken = default) => await sealer.SealAsync(cancellationToken);

    public async IAsyncEnumerable<AuditFinding> VerifyAsync(AuditHead? expected = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var anchor = await database.ReadAsync(AuditSealRows.AnchorAsync, cancellationToken);
        var link = anchor;
        var (seals, rows, faults) = (0L, 0L, 0);
        var isExpected = expected is null || expected.Sequence == anchor.SeqTo && expected.Hash == anchor.Hash;
        if (await CountAsync("seq <= @seq", anchor.SeqTo, cancellationToken) is > 0 and var before)
        {
            faults++;
            yield return new AuditFinding.Fault("audit.rows_added", 1, anchor.SeqTo, $"There are {before} rows before the place where the retention ended.");
        }

        while (await database.ReadAsync(session => AuditSealRows.AfterAsync(session, link.SeqTo, Page), cancellationToken) is { Count: > 0 } page)
        {
            foreach (var seal in page)
            {
                var (fault, count) = await CheckAsync(seal, link, cancellationToken);
                // What the retention took away while this was reading is no fault.
                if (fault is not null && (await database.ReadAsync(AuditSealRows.AnchorAsync, cancellationToken)).SeqTo < seal.SeqTo)
                {
                    faults++;
                    yield return fault;
                }

                isExpected |= expected is not null && expected.Sequence == seal.SeqTo && expected.Hash == seal.Hash;
                link = new AuditLink(seal.SeqTo, seal.Hash);
                (seals, rows) = (seals + 1, rows + count);
            }

            yield return new AuditFinding.Progress(seals, rows);
        }

        if (await EndAsync(link, cancellationToken) is { } end)
        {
            faults++;
            yield return end;
        }

        if (!isExpected)
        {
            faults++;
            yield return new AuditFinding.Fault("audit.head_differs", expected!.Sequence, expected.Sequence, "The noted head is not in the chain: everything up to it may have been written anew, or it is of another database.");
        }

        var unsealed = await CountAsync("seq > @seq", link.SeqTo, cancellationToken);
        yield return new AuditFinding.Verdict(faults == 0, seals, rows, unsealed, anchor.SeqTo, link.SeqTo == 0 ? null : new AuditHead(link.SeqTo, link.Hash));
    }

    private async Task<(AuditFinding.Fault? Fault, long Rows)> CheckAsync(AuditSeal seal, AuditLink link, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => AuditSealRows.RowsAsync(session, seal.SeqFrom, seal.SeqTo, AuditSealRows.MostRows + 1), cancellationToken);
        var (code, message) = (seal, rows) switch
        {
            _ when seal.SeqFrom != link.SeqTo + 1 || seal.PreviousHash != link.Hash =>
                ("audit.chain_broken", $"The seal does not follow the one before it: a seal between {link.SeqTo} and {seal.SeqFrom} is missing, or one was replaced."),
            _ when rows.Count < seal.RowCount => ("audit.rows_missing", $"{seal.RowCount - rows.Count} of {seal.RowCount} rows are gone."),
            _ when rows.Count > seal.RowCount => ("audit.rows_added", $"There are {rows.Count - seal.RowCount} rows that were not there when it was sealed."),
            _ when AuditHash.Of(seal.PreviousHash, seal.SeqFrom, seal.SeqTo, seal.At, rows) != seal.Hash => ("audit.rows_changed", "A row, or the seal itself, is not what it was."),
            _ => (null, ""),
        };
        return (code is null ? null : new AuditFinding.Fault(code, seal.SeqFrom, seal.SeqTo, message), rows.Count);
    }

    /// <summary>SQLite remembers the highest number it ever gave: rows at the end that are gone with their seals leave a hole.</summary>
    private Task<AuditFinding.Fault?> EndAsync(AuditLink link, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        if (session.Kind != DatabaseKind.Sqlite)
            return null;
        var given = await session.ScalarAsync<long?>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") ?? 0;
        var last = Math.Max(link.SeqTo, await session.ScalarAsync<long?>("SELECT MAX(seq) FROM audit") ?? 0);
        return given > last ? new AuditFinding.Fault("audit.rows_missing", last + 1, given, "The last rows are gone, and their seals with them.") : null;
    }, cancellationToken);

    private Task<long> CountAsync(string condition, long seq, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM audit WHERE {condition}", new { seq }), cancellationToken);
}
