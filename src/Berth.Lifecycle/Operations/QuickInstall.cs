using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// The installation of a version that is in the store and brings no code: one transaction with plugin, modules,
/// generation, journal, audit and event. Before and after a failure: nothing of it.
/// </summary>
internal sealed class QuickInstall(OperationParts parts)
{
    private enum End
    {
        Done,
        HasKeptDocuments,
    }

    /// <summary>Installs, when no documents of an earlier installation wait.</summary>
    /// <returns><see langword="null"/> when documents of an earlier installation wait, or the version left the store: that takes the long way.</returns>
    public async Task<OperationOutcome?> TryRunAsync(InstallDraft draft, StoredVersion stored, CancellationToken cancellationToken)
    {
        const long First = 1;
        var (userId, slug) = (draft.Caller.UserId, stored.Slug);
        var result = draft.Result(OperationJournal.NewId());
        var now = parts.Now;
        await parts.Witness.ReachedAsync(OperationKinds.Install, "begin");
        try
        {
            using (await parts.UserGate.EnterAsync(userId, cancellationToken))
            {
                await draft.CheckAgainAsync(parts, cancellationToken);
                var end = await parts.Database.WriteAsync(session => WriteAsync(session, draft, stored, result, now), CancellationToken.None);
                if (end == End.HasKeptDocuments)
                    return null;
                parts.Installations.Committed(userId, slug, draft.Installed(First, now));
            }
        }
        catch (DatabaseConstraintException exception)
        {
            parts.Installations.Forget(userId);
            return exception.IsUnique ? Refusals.AlreadyInstalled(slug, null) : Refusals.UnknownUser();
        }
        catch (StepFailedException exception) when (exception.Code is "store.version_removed")
        {
            // The cleanup was quicker, or the store's row is not written yet: the long way stages the version when it has to.
            return null;
        }
        catch (Exception exception) when (OperationFailures.IsKnown(exception))
        {
            parts.Installations.Forget(userId);
            return OperationFailures.Outcome(exception, "commit", $"The install of {slug}");
        }

        await parts.Witness.ReachedAsync(OperationKinds.Install, "committed");
        await draft.RecordAsync(parts);
        return new OperationOutcome.Done(result);
    }

    /// <summary>May run twice (the database repeats works when another one ended their transaction), so it changes nothing but rows.</summary>
    private async Task<End> WriteAsync(DbSession session, InstallDraft draft, StoredVersion stored, OperationResult result, long now)
    {
        var userId = draft.Caller.UserId;
        if (!await GenerationRows.TryFirstAsync(session, userId, stored.Slug, stored.Version, now))
            return End.HasKeptDocuments;
        if (!await OperationRows.TryInsertAsync(session, parts.Journal.Finished(draft.Caller, result, draft.Data, now)))
            throw new RefusedException(Refusals.InProgress(stored.Slug));
        await PluginRows.InsertAsync(session, draft.Row(1, now));
        await ModuleRows.InsertAsync(session, stored.Manifest, draft.PluginId, userId, now);
        await TrailRows.InsertAsync(session, Trails.Succeeded(draft.Caller, result, now));
        return End.Done;
    }
}
