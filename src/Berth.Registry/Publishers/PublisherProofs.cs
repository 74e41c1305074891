using System.Security.Cryptography;
using Berth.Data.Sessions;
using Berth.Registry.Search;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <inheritdoc />
internal sealed class PublisherProofs : IPublisherProofs
{
    /// <summary>How long a proof counts after it was found: 30 days. It is looked for again each week, so three failures in a row end it.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    private static readonly TimeSpan RecheckAfter = TimeSpan.FromDays(7);
    private const int MostProofs = 20;
    private const string Columns = "id, kind, subject, token, checked_at, verified_at, expires_at, trouble";
    private readonly IDatabase _database;
    private readonly IProofCheck? _check;
    private readonly PublisherChange _change;

    /// <summary>Made by the container.</summary>
    public PublisherProofs(IDatabase database, IEnumerable<IProofCheck> checks, TimeProvider time) =>
        (_database, _check, _change) = (database, checks.LastOrDefault(), new PublisherChange(database, time));

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublisherProof>?> ListAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        var rows = await _database.ReadAsync(
            async session => await PublisherRows.MayAsync(session, actor, publisher.Id, PublisherRoles.Admin)
                ? await session.QueryAsync<ProofRow>($"SELECT {Columns} FROM publisher_proof WHERE publisher_id = @Id ORDER BY created_at, id", new { publisher.Id })
                : null,
            cancellationToken);
        return rows is null ? null : [.. rows.Select(row => row.ToRecord())];
    }

    /// <inheritdoc />
    public Task<PublisherOutcome> BeginAsync(
        RegistryActor actor, string publisher, string kind, string subject, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, publisher, PublisherRoles.Admin, isDryRun, async (session, found) =>
        {
            if (ProofSubjects.Normalise(kind, subject) is not { } about)
            {
                return PublisherOutcome.Invalid("publisher.proof_subject",
                    "Send 'kind': 'domain' with 'subject': a domain such as acme.example, or 'kind': 'repository' with the address https://github.com/{owner}/{name}.");
            }

            if (await session.ScalarAsync<string>(
                "SELECT id FROM publisher_proof WHERE publisher_id = @Id AND kind = @kind AND subject = @about", new { found.Id, kind, about }) is { } known)
            {
                return new PublisherOutcome.Done(known);
            }

            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM publisher_proof WHERE publisher_id = @Id", new { found.Id }) >= MostProofs)
                return PublisherOutcome.Conflict("publisher.proof_limit", $"A publisher has at most {MostProofs} proofs. Remove one first.");
            if (isDryRun)
                return new PublisherOutcome.Done();
            var id = Guid.CreateVersion7().ToString("n");
            await session.ExecuteAsync(
                """
                INSERT INTO publisher_proof (id, publisher_id, kind, subject, token, created_by, created_at)
                VALUES (@id, @publisherId, @kind, @about, @token, @ActorId, @at)
                """,
                new { id, publisherId = found.Id, kind, about, token = "berth-publisher=" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), actor.ActorId, at = _change.Now });
            await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "publisher.proof", found.Name, new { publisher = found.Name, kind, subject = about, step = "begin" });
            return new PublisherOutcome.Done(id);
        }, cancellationToken);

    /// <inheritdoc />
    public async Task<PublisherOutcome> CheckAsync(RegistryActor actor, string publisher, string id, CancellationToken cancellationToken = default)
    {
        if (_check is null)
            return PublisherOutcome.Conflict("publisher.proof_unavailable", "This registry has nothing that looks for proofs. Ask its operator.");
        ProofRow? proof = null;
        PublisherRecord? owner = null;
        var asked = await _change.RunAsync(actor, publisher, PublisherRoles.Admin, isDryRun: true, async (session, found) =>
        {
            owner = found;
            proof = await FindAsync(session, found, id);
            if (proof is null)
                return Unknown();
            return new PublisherOutcome.Done();
        }, cancellationToken);
        if (proof is null || owner is null)
            return asked;
        var trouble = await _check.FindTroubleAsync(proof.Kind, proof.Subject, proof.Token, cancellationToken);
        await NoteAsync(actor, owner, proof, trouble, cancellationToken);
        return trouble is null ? new PublisherOutcome.Done(id) : PublisherOutcome.Conflict("publisher.proof_missing", trouble);
    }

    /// <inheritdoc />
    public Task<PublisherOutcome> RemoveAsync(RegistryActor actor, string publisher, string id, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _change.RunAsync(actor, publisher, PublisherRoles.Admin, isDryRun, async (session, found) =>
        {
            if (await FindAsync(session, found, id) is not { } proof)
                return Unknown();
            if (!isDryRun)
            {
                await session.ExecuteAsync("DELETE FROM publisher_proof WHERE id = @id", new { id });
                await PublisherRows.AddTrailAsync(session, actor, _change.Now, null, "publisher.proof", found.Name, new { publisher = found.Name, kind = proof.Kind, subject = proof.Subject, step = "remove" });
            }

            return new PublisherOutcome.Done();
        }, cancellationToken);

    /// <inheritdoc />
    public async Task<int> RecheckAsync(CancellationToken cancellationToken = default)
    {
        if (_check is null)
            return 0;
        var before = _change.Now - (long)RecheckAfter.TotalMilliseconds;
        var due = await _database.ReadAsync(
            session => session.QueryAsync<DueRow>(
                $"SELECT {Columns}, (SELECT name FROM publisher p WHERE p.id = publisher_id) AS publisher, created_by FROM publisher_proof WHERE verified_at IS NOT NULL AND checked_at < @before ORDER BY checked_at LIMIT 100",
                new { before }),
            cancellationToken);
        foreach (var row in due)
        {
            if (await _database.ReadAsync(session => PublisherRows.FindAsync(session, row.Publisher, _change.Now), cancellationToken) is not { } publisher)
                continue;
            var trouble = await _check.FindTroubleAsync(row.Kind, row.Subject, row.Token, cancellationToken);
            await NoteAsync(new RegistryActor(row.CreatedBy, row.CreatedBy, false), publisher, row.ToProof(), trouble, cancellationToken);
        }

        return due.Count;
    }

    private static PublisherOutcome.Unknown Unknown() => new("publisher.proof_unknown", "There is no such proof.");

    private static Task<ProofRow?> FindAsync(DbSession session, PublisherRecord publisher, string id) =>
        session.FirstOrDefaultAsync<ProofRow>($"SELECT {Columns} FROM publisher_proof WHERE id = @id AND publisher_id = @publisherId", new { id, publisherId = publisher.Id });

    /// <summary>Writes what was found. An event tells only when the publisher becomes verified by it or stops being.</summary>
    private Task<bool> NoteAsync(RegistryActor actor, PublisherRecord publisher, ProofRow proof, string? trouble, CancellationToken cancellationToken) => _database.WriteAsync(
        async session =>
        {
            var now = _change.Now;
            await session.ExecuteAsync(
                trouble is null
                    ? "UPDATE publisher_proof SET checked_at = @now, verified_at = @now, expires_at = @until, trouble = NULL WHERE id = @Id"
                    : "UPDATE publisher_proof SET checked_at = @now, trouble = @trouble WHERE id = @Id",
                new { now, until = now + (long)Validity.TotalMilliseconds, trouble, proof.Id });
            var wasInForce = proof.VerifiedAt is not null && proof.ExpiresAt > now;
            var hasExpired = trouble is not null && proof.VerifiedAt is not null && proof.ExpiresAt <= now;
            if ((trouble is null && !wasInForce) || hasExpired)
            {
                await PublisherRows.AddTrailAsync(session, actor, now, "berth.publisher.verified", "publisher.verify", publisher.Name,
                    new { publisher = publisher.Name, kind = proof.Kind, subject = proof.Subject, verified = trouble is null });
                foreach (var slug in await session.QueryAsync<string>("SELECT slug FROM package WHERE publisher_id = @Id", new { publisher.Id }))
                    await SearchIndex.RefreshAsync(session, slug);
            }

            return true;
        },
        cancellationToken);

    internal sealed record ProofRow(
        string Id, string Kind, string Subject, string Token, long? CheckedAt, long? VerifiedAt, long? ExpiresAt, string? Trouble)
    {
        public PublisherProof ToRecord() => new(Id, Kind, Subject, Token, Instant(CheckedAt), Instant(VerifiedAt), Instant(ExpiresAt), Trouble);

        private static DateTimeOffset? Instant(long? at) => at is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }

    internal sealed record DueRow(
        string Id, string Kind, string Subject, string Token, long? CheckedAt, long? VerifiedAt, long? ExpiresAt, string? Trouble, string Publisher, string CreatedBy)
    {
        public ProofRow ToProof() => new(Id, Kind, Subject, Token, CheckedAt, VerifiedAt, ExpiresAt, Trouble);
    }
}
