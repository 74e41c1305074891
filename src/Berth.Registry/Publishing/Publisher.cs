using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Mirroring;

namespace Berth.Registry.Publishing;

/// <summary>receive → archive, manifest, digests → conflicts → stages → one transaction.</summary>
internal sealed class Publisher(
    IDatabase database, PackageReceipt receipt, StageRunner stages, PublishEnding ending, RunningPublishes running, IKeptVersions versions, TimeProvider time)
    : IPublisher, IDisposable
{
    // Each attempt ended with the process. Whatever the package does to a stage, it does not do it for ever.
    private const int MostAttempts = 5;
    private readonly CancellationTokenSource _stopping = new();

    public Task<PublishOutcome> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default) =>
        PublishAsync(request, Timeout.InfiniteTimeSpan, cancellationToken);

    public async Task<PublishOutcome> PublishAsync(PublishRequest request, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        StagedBlob? blob = null;
        try
        {
            blob = await receipt.StageAsync(request, cancellationToken);
            var (work, refusal) = await receipt.ReadAsync(request, blob, cancellationToken);
            if (work is null)
                return refusal!;
            work = await GoOnAsync(work, cancellationToken);
            while (await FindConflictAsync(work, cancellationToken) is { } conflict)
            {
                // One that ended between the look at the tables and the look at what runs: what became of it is in the tables now.
                if (await ending.OutcomeAsync(work, conflict, blob) is var outcome and not PublishOutcome.Running { Publication.HasEnded: true })
                    return outcome;
            }

            var run = new PublishRun(work, receipt.ContentOf(blob)) { Blob = blob };
            var first = running.Join(run);
            if (first != run)
                return Again(await WaitAsync(first, wait, cancellationToken));
            blob = null;
            _ = Task.Run(() => ExecuteAsync(run), CancellationToken.None);
            return await WaitAsync(run, wait, cancellationToken);
        }
        catch (BlobTooLargeException exception)
        {
            return new PublishOutcome.TooLarge(exception.MaxBytes);
        }
        finally
        {
            if (blob is not null)
                await blob.DisposeAsync();
        }
    }

    public async Task<PublishOutcome> ValidateAsync(PublishRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            await using var blob = await receipt.StageAsync(request, cancellationToken);
            var (work, refusal) = await receipt.ReadAsync(request, blob, cancellationToken);
            if (work is null)
                return refusal!;
            work = await GoOnAsync(work, cancellationToken);
            var conflict = await FindConflictAsync(work, cancellationToken);
            if (conflict is PublishConflict.SameBytes same)
                return new PublishOutcome.Valid(work.Package, same.State, (await versions.FindAsync(work.Package.Manifest.Name, work.Version, cancellationToken))?.Stages ?? []);
            if (conflict is not null and not PublishConflict.Running)
                return await ending.OutcomeAsync(work, conflict, null);

            // The work's own request: it has the signature that came behind the package.
            var said = await stages.RunAsync(new PublishContext(work.Request, work.Package, receipt.ContentOf(blob)), null, cancellationToken);
            return said.IsRefused
                ? new PublishOutcome.Refused(said.Faults)
                : new PublishOutcome.Valid(work.Package, said.IsHeld ? VersionState.Held : VersionState.Visible, said.Records);
        }
        catch (BlobTooLargeException exception)
        {
            return new PublishOutcome.TooLarge(exception.MaxBytes);
        }
    }

    /// <summary>Takes up a publish whose process is gone.</summary>
    public async Task ResumeAsync(PublicationRows.AbandonedRow row, CancellationToken cancellationToken)
    {
        var (work, error) = await receipt.ReadStoredAsync(row, cancellationToken);
        if (work is null)
        {
            await database.WriteAsync(session => PublicationRows.RefuseAsync(session, row.Id, error!, "[]", time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
            return;
        }

        var run = new PublishRun(work, () => receipt.OpenStored(row.Digest)) { IsJournaled = true };
        // The publisher may have sent the same bytes again; that publish ends this one too, the next time it is looked at.
        if (running.Join(run) == run)
            await ExecuteAsync(run);
    }

    /// <summary>Lets what runs end, and gives up what does not.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var all = Task.WhenAll(running.All.Select(run => run.Ended));
        await Task.WhenAny(all, Task.Delay(Timeout.Infinite, cancellationToken));
        await _stopping.CancelAsync();
        // How each ended is told to whoever waits for it.
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private Task<PublishWork> GoOnAsync(PublishWork work, CancellationToken cancellationToken) =>
        work.Request.Origin is null ? Task.FromResult(work) : database.ReadAsync(session => CarriedPlugins.GoOnAsync(session, work), cancellationToken);

    private async Task ExecuteAsync(PublishRun run)
    {
        PublishOutcome? outcome = null;
        Exception? failure = null;
        try
        {
            var said = run.Work.Attempt > MostAttempts ? stages.GiveUp() : await stages.RunAsync(run.ToContext(), run.Say, _stopping.Token);
            outcome = await ending.EndAsync(run, said);
        }
#pragma warning disable CA1031 // Whoever waits gets it; what nobody waits for is taken up again when its lease ends.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        // Tidy before anybody is told: after a refusal nothing is left.
        await run.CloseAsync();
        running.Remove(run);
        if (outcome is not null)
            run.End(outcome);
        else
            run.Fail(failure!);
    }

    private async Task<PublishOutcome> WaitAsync(PublishRun run, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait != TimeSpan.Zero)
        {
            try
            {
                return await run.Ended.WaitAsync(wait, cancellationToken);
            }
            catch (TimeoutException) when (!run.Ended.IsCompleted)
            {
                // Then it goes on, and nobody waits.
            }
        }

        return await ending.JournalAsync(run, running.Node, cancellationToken)
            ? new PublishOutcome.Running(run.ToPublication(time.GetUtcNow()))
            : await run.Ended.WaitAsync(cancellationToken);
    }

    private static PublishOutcome Again(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Published published => new PublishOutcome.AlreadyPublished(published.Version),
        PublishOutcome.Held held => new PublishOutcome.AlreadyPublished(held.Version),
        _ => outcome,
    };

    private Task<PublishConflict?> FindConflictAsync(PublishWork work, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await PublishConflicts.FindAsync(session, work)
            ?? (running.Find(work.Key) is null ? await PublishConflicts.FindRunningAsync(session, work) : null),
        cancellationToken);
}
