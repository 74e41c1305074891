using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Publishing;

/// <summary>The end of a publish: blob first, rows last, so that a version that is visible always has its bytes.</summary>
internal sealed class PublishEnding(
    IDatabase database, IPackageBlobs blobs, CatalogSnapshots snapshots, IKeptVersions versions, IPublications publications, PublishOptions options, TimeProvider time)
{
    // Two publishes of the same version on two nodes: the loser meets a unique key once and then finds the winner's row.
    private const int MostAttempts = 3;
    private readonly SlugLocks _locks = new();

    /// <summary>Keeps what the stages let through, or says why not. Not given up when a caller goes away.</summary>
    public async Task<PublishOutcome> EndAsync(PublishRun run, StageResults said)
    {
        await run.Writing.WaitAsync();
        try
        {
            var outcome = said.IsRefused ? await RefuseAsync(run, said) : await StoreAsync(run, said);
            if (run.IsJournaled)
                await CloseJournalAsync(run.Work, said, outcome);
            run.IsOver = true;
            return outcome;
        }
        finally
        {
            run.Writing.Release();
        }
    }

    /// <summary>
    /// Makes a publish outlive this process: its bytes and a row that tells of it are durable afterwards. Answers whether it goes
    /// on; otherwise it ended meanwhile.
    /// </summary>
    public async Task<bool> JournalAsync(PublishRun run, string node, CancellationToken cancellationToken)
    {
        await run.Writing.WaitAsync(cancellationToken);
        try
        {
            if (run.IsOver || run.Ended.IsCompleted)
                return false;
            if (run.IsJournaled)
                return true;
            await blobs.CommitAsync(run.Blob!, CancellationToken.None);
            var now = time.GetUtcNow();
            await database.WriteAsync(
                session => PublicationRows.PutAsync(
                    session, run.Work, PublicationState.Running, "[]", node, (now + options.Lease).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds()),
                CancellationToken.None);
            run.IsJournaled = true;
            return true;
        }
        finally
        {
            run.Writing.Release();
        }
    }

    /// <summary>What a conflict means to who publishes. Who sends the very bytes again also repairs a store that lost them.</summary>
    public async Task<PublishOutcome> OutcomeAsync(PublishWork work, PublishConflict conflict, StagedBlob? blob)
    {
        var slug = work.Package.Manifest.Name;
        switch (conflict)
        {
            case PublishConflict.SameBytes:
                if (blob is not null)
                    await blobs.CommitAsync(blob);
                // What is committed is reported even to a caller who has given up.
                return new PublishOutcome.AlreadyPublished(await versions.FindAsync(slug, work.Version, CancellationToken.None)
                    ?? throw new InvalidOperationException($"The version {work.Version} of '{slug}' was published and is not in the tables."));
            case PublishConflict.OtherBytes other:
                return new PublishOutcome.VersionExists(slug, work.Version, other.Digest, work.Package.Digest);
            case PublishConflict.Deleted deleted:
                return new PublishOutcome.VersionDeleted(deleted.Tombstone);
            case PublishConflict.SlugTaken taken:
                return new PublishOutcome.SlugTaken(taken.Slug) { Why = taken.Why };
            case PublishConflict.TrustedOnly trusted:
                return new PublishOutcome.TrustedOnly(trusted.Slug);
            case PublishConflict.Running other:
                return new PublishOutcome.Running(await publications.FindAsync(other.PublicationId, CancellationToken.None)
                    ?? throw new InvalidOperationException($"The publication {other.PublicationId} is gone."));
            default:
                throw new InvalidOperationException("Unknown conflict.");
        }
    }

    private async Task<PublishOutcome> RefuseAsync(PublishRun run, StageResults said)
    {
        var telling = said.InOrder.Where(result => result is { Stage.TellsOfRefusals: true, Verdict: StageVerdict.Refused }).ToList();
        if (telling.Count > 0)
        {
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            await database.WriteAsync(async session =>
            {
                foreach (var result in telling)
                    await result.Stage.RefusedAsync(session, run.ToContext(), (StageVerdict.Refused)result.Verdict, at);
                return true;
            });
        }

        return new PublishOutcome.Refused(said.Faults);
    }

    private async Task<PublishOutcome> StoreAsync(PublishRun run, StageResults said)
    {
        var work = run.Work;
        var rows = new PublishTransaction(work, said, time.GetUtcNow());
        using (await _locks.TakeAsync(work.Package.Manifest.Name, CancellationToken.None))
        {
            // Asked once before the blob is kept, so that a refused publish keeps nothing; asked again with the rows.
            var conflict = await database.ReadAsync(session => PublishConflicts.FindAsync(session, work));
            if (conflict is null)
            {
                if (run.Blob is { } blob && !run.IsJournaled)
                    await blobs.CommitAsync(blob);
                conflict = await WriteAsync(rows);
                snapshots.Invalidate(work.Package.Manifest.Name);
            }

            if (conflict is not null)
                return await OutcomeAsync(work, conflict, run.IsJournaled ? null : run.Blob);
        }

        return said.IsHeld
            ? new PublishOutcome.Held(await versions.FindAsync(work.Package.Manifest.Name, work.Version, CancellationToken.None) ?? rows.Written!)
            : new PublishOutcome.Published(rows.Written!);
    }

    private async Task<PublishConflict?> WriteAsync(PublishTransaction rows)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(rows.RunAsync);
            }
            catch (DatabaseConstraintException exception) when (exception.IsUnique && attempt < MostAttempts)
            {
                // Somebody else's row is there now: the next attempt reads it.
            }
        }
    }

    private Task CloseJournalAsync(PublishWork work, StageResults said, PublishOutcome outcome)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var state = outcome switch
        {
            PublishOutcome.AlreadyPublished { Version.State: VersionState.Visible } => PublicationState.Visible,
            PublishOutcome.AlreadyPublished => PublicationState.Held,
            _ => null,
        };
        return outcome is PublishOutcome.Published or PublishOutcome.Held ? Task.CompletedTask
            : state is not null ? database.WriteAsync(session => PublicationRows.EndAsync(session, work.Id, state, at))
            : database.WriteAsync(session => PublicationRows.RefuseAsync(session, work.Id, ErrorOf(outcome), StageJson.Full(said.Records), at));
    }

    private static PublicationError ErrorOf(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Refused { Faults: [var only] } => new(only.Code, only.Message, [only]),
        PublishOutcome.Refused refused => new("package.refused", $"The package is not acceptable for {refused.Faults.Count} reasons; all are listed. Nothing was kept.", refused.Faults),
        PublishOutcome.VersionExists other => new("version.exists", $"{other.Slug} {other.Version} was published with other bytes meanwhile (SHA-256 {other.ExistingDigest}).", []),
        PublishOutcome.VersionDeleted deleted => new("version.deleted", $"{deleted.Tombstone.Slug} {deleted.Tombstone.Version} was deleted; its number is never given again.", []),
        PublishOutcome.SlugTaken taken => new("slug.taken", taken.Why ?? $"The slug '{taken.Slug}' was taken by another publisher meanwhile.", []),
        PublishOutcome.TrustedOnly trusted => new("publish.trusted_only", $"'{trusted.Slug}' is published by continuous integration only.", []),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };
}
