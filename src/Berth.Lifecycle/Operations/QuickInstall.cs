using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// The installation of versions that are in the store and bring no code: one transaction with plugins, modules,
/// generations, journal, audit and events. Before and after a failure: nothing of it.
/// </summary>
internal sealed class QuickInstall(OperationParts parts)
{
    /// <summary>Whether nothing has to be fetched, decided anew or run.</summary>
    public static bool IsQuick(InstallDraft draft) =>
        draft.Candidate is { Stored: { Manifest.Module: null } stored } candidate
        && string.Equals(stored.TrustLevel, candidate.TrustLevel, StringComparison.Ordinal)
        && (!stored.IsPrivate || candidate.Offer?.IsPrivate is true)
        && (candidate.Offer?.Signatures is not { } offered || string.Equals(offered, stored.Signatures, StringComparison.Ordinal));

    /// <summary>Installs, when no documents of an earlier installation wait.</summary>
    /// <returns><see langword="null"/> when documents of an earlier installation wait, a version left the store, or its signatures do not hold: that takes the long way.</returns>
    public async Task<OperationOutcome?> TryRunAsync(SetDraft set, IReadOnlyList<InstallDraft> drafts, CancellationToken cancellationToken)
    {
        // The long way takes newer signatures from the registry, or says what is wrong with these.
        foreach (var draft in drafts)
        {
            if (!await parts.Store.IsAdmissibleAsync(draft.Candidate.Stored!, cancellationToken))
                return null;
        }

        var (userId, main) = (set.Caller.UserId, set.MainIndex);
        var results = ResultsOf(drafts, main);
        var now = parts.Now;
        await parts.Witness.ReachedAsync(OperationKinds.Install, "begin");
        try
        {
            using (await parts.UserGate.EnterAsync(userId, cancellationToken))
            {
                var installed = await parts.Installations.OfUserAsync(userId, cancellationToken);
                if (!ReferenceEquals(installed, set.PlannedOn) && set.CheckAgain(installed) is { } refusal)
                    throw new RefusedException(refusal);
                await parts.Database.WriteAsync(session => WriteAsync(session, drafts, results, main, now, set.Alongside), CancellationToken.None);
                foreach (var draft in drafts)
                    parts.Installations.Committed(userId, draft.Candidate.Slug, draft.Installed(1, now));
            }
        }
        catch (KeptDocumentsException)
        {
            OperationTicket.GiveBack(set.Caller, results[main].OperationId);
            return null;
        }
        catch (StepFailedException exception) when (exception.Code is "store.version_removed")
        {
            // The cleanup was quicker, or the store's row is not written yet: the long way stages the version when it has to.
            OperationTicket.GiveBack(set.Caller, results[main].OperationId);
            return null;
        }
        catch (DatabaseConstraintException exception)
        {
            parts.Installations.Forget(userId);
            return exception.IsUnique ? Refusals.AlreadyInstalled(set.Slug, null) : Refusals.UnknownUser();
        }
        catch (Exception exception) when (OperationFailures.IsKnown(exception))
        {
            parts.Installations.Forget(userId);
            return OperationFailures.Outcome(exception, "commit", $"The install of {set.Slug}");
        }

        await parts.Witness.ReachedAsync(OperationKinds.Install, "committed");
        foreach (var draft in drafts)
        {
            draft.Record(parts);
            parts.Store.WishVariant(draft.Candidate.Stored!, parts.Source);
        }

        await parts.Witness.ReachedAsync(OperationKinds.Install, "recorded");
        return new OperationOutcome.Done(results[main]);
    }

    private static OperationResult[] ResultsOf(IReadOnlyList<InstallDraft> drafts, int main)
    {
        var results = new OperationResult[drafts.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = drafts[i].Result(i == main ? OperationTicket.IdFor(drafts[i].Caller) : OperationJournal.NewId());
        if (results.Length > 1)
            results[main] = results[main] with { Members = [.. results.Where((_, i) => i != main)] };
        return results;
    }

    /// <summary>May run twice (the database repeats works when another one ended their transaction), so it changes nothing but rows.</summary>
    private async Task<bool> WriteAsync(
        DbSession session, IReadOnlyList<InstallDraft> drafts, OperationResult[] results, int main, long now, Func<DbSession, Task>? alongside)
    {
        // All first generations before anything else: kept documents of one member send the whole set the long way.
        foreach (var draft in drafts)
        {
            if (!await GenerationRows.TryFirstAsync(session, draft.Caller.UserId, draft.Candidate.Slug, draft.Candidate.Stored!.Version, now))
                throw new KeptDocumentsException();
        }

        if (alongside is not null)
            await alongside(session);
        for (var i = 0; i < results.Length; i++)
        {
            var (draft, result) = (drafts[i], results[i]);
            var parent = i == main ? null : results[main].OperationId;
            if (!await OperationRows.TryInsertAsync(session, parts.Journal.Finished(draft.Caller, result, draft.Data, now, parent)))
                throw new RefusedException(Refusals.InProgress(draft.Candidate.Slug));
            await PluginRows.InsertAsync(session, draft.Row(1, now));
            await ModuleRows.InsertAsync(session, draft.Candidate.Manifest, draft.PluginId, draft.Caller.UserId, now);
            await TrailRows.InsertAsync(session, Trails.Succeeded(draft.Caller, result, now));
        }

        return true;
    }

    /// <summary>Takes back the first generations of the members before the one that has documents of an earlier installation.</summary>
    private sealed class KeptDocumentsException : Exception;
}
