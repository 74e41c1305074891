using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Lifecycle;
using Berth.Lifecycle.Operations;

namespace Berth.Server.Idempotency;

/// <summary>
/// Requests with a key and their answers. Before a request runs, its row is there; an attempt whose process ended leaves
/// the row without an answer, and the next attempt takes it over. An answer is kept for <see cref="Retention"/>.
/// </summary>
internal sealed class IdempotencyStore(IDatabase database, ILifecycleOperations operations, LifecycleOptions options, TimeProvider time)
{
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24);
    private const int SweepBatch = 500;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, byte> _alive = new(StringComparer.Ordinal);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Oldest => (time.GetUtcNow() - Retention).ToUnixTimeMilliseconds();

    /// <summary>Says what the request is, and puts down that this attempt runs it.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(string id, string fingerprint, CancellationToken cancellationToken)
    {
        var attempt = $"{options.NodeName}/{Guid.NewGuid():n}";
        _alive.TryAdd(attempt, 0);
        var isOurs = false;
        try
        {
            var row = await database.WriteAsync(session => ClaimAsync(session, id, fingerprint, attempt), cancellationToken);
            isOurs = row is null;
            if (row is not null)
            {
                return row.Fingerprint != fingerprint ? new IdempotencyClaim.Reused()
                    : row.Status is { } status ? new IdempotencyClaim.Answered(new KeptAnswer(status, row.ContentType, row.Location, row.Body))
                    : new IdempotencyClaim.InProgress();
            }

            return new IdempotencyClaim.Ours(id, attempt, await operations.CompletedAsync(id, time.GetUtcNow() - Retention, cancellationToken));
        }
        catch
        {
            isOurs = false;
            throw;
        }
        finally
        {
            if (!isOurs)
                _alive.TryRemove(attempt, out _);
        }
    }

    /// <summary>Ends the attempt: with an answer that is given again from now on, or without one, so that the next attempt runs.</summary>
    public async Task EndAsync(IdempotencyClaim.Ours claim, KeptAnswer? answer)
    {
        try
        {
            await database.WriteAsync(session => session.ExecuteAsync(
                """
                UPDATE idempotency SET attempt = '', lease_until = 0, status = @Status, content_type = @ContentType, location = @Location, body = @Body
                WHERE id = @Id AND attempt = @Attempt
                """,
                new { claim.Id, claim.Attempt, answer?.Status, answer?.ContentType, answer?.Location, answer?.Body }));
        }
        finally
        {
            _alive.TryRemove(claim.Attempt, out _);
        }
    }

    /// <summary>Renews what runs here, so that other nodes leave it alone.</summary>
    public Task RenewAsync(CancellationToken cancellationToken)
    {
        var attempts = _alive.Keys.ToList();
        return attempts.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE idempotency SET lease_until = @until WHERE attempt IN @attempts", new { until = Now + (long)Lease.TotalMilliseconds, attempts }),
            cancellationToken);
    }

    /// <summary>Forgets answers that are old enough. Returns how many.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // Not all at once: nobody should wait for the writer behind it.
        var (swept, oldest) = (0, Oldest);
        while (await database.WriteAsync(
            session => session.ExecuteAsync($"DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency WHERE created_at < @oldest ORDER BY created_at LIMIT {SweepBatch})", new { oldest }),
            cancellationToken) is var count and > 0)
        {
            swept += count;
        }

        return swept;
    }

    /// <summary>The row that stands in the way, or <see langword="null"/> when the request is this attempt's.</summary>
    private async Task<Row?> ClaimAsync(DbSession session, string id, string fingerprint, string attempt)
    {
        await session.ExecuteAsync("DELETE FROM idempotency WHERE id = @id AND created_at < @Oldest", new { id, Oldest });
        var until = Now + (long)Lease.TotalMilliseconds;
        var inserted = await session.ExecuteAsync(
            """
            INSERT INTO idempotency (id, fingerprint, attempt, lease_until, created_at) VALUES (@id, @fingerprint, @attempt, @until, @Now)
            ON CONFLICT (id) DO NOTHING
            """,
            new { id, fingerprint, attempt, until, Now });
        if (inserted == 1)
            return null;
        var row = await session.FirstOrDefaultAsync<Row>(
            "SELECT fingerprint, attempt, lease_until, status, content_type, location, body FROM idempotency WHERE id = @id", new { id });
        if (row is null || row.Status is not null || row.Fingerprint != fingerprint || Runs(row))
            return row ?? new Row { Fingerprint = fingerprint, Attempt = "" };
        var taken = await session.ExecuteAsync(
            "UPDATE idempotency SET attempt = @attempt, lease_until = @until WHERE id = @id AND attempt = @Attempt0 AND status IS NULL",
            new { id, attempt, until, Attempt0 = row.Attempt });
        return taken == 1 ? null : row;
    }

    /// <summary>Attempts of this node run when we know them; those of others until they have been silent for the lease.</summary>
    private bool Runs(Row row) =>
        row.Attempt.StartsWith(options.NodeName + "/", StringComparison.Ordinal) ? _alive.ContainsKey(row.Attempt) : row.LeaseUntil >= Now;

    private sealed class Row
    {
        public required string Fingerprint { get; init; }

        public required string Attempt { get; init; }

        public long LeaseUntil { get; init; }

        public long? Status { get; init; }

        public string? ContentType { get; init; }

        public string? Location { get; init; }

        public byte[]? Body { get; init; }
    }
}
