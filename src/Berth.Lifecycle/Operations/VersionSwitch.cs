using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Puts another version in force: fetch → load → export from the old → import into the new → switch. The documents of the
/// version before are never touched; the new ones are written beside them as a generation of their own.
/// </summary>
internal sealed class VersionSwitch(OperationParts parts, SettingsCarry settings)
{
    private const int MostExports = 3;

    public async Task<OperationOutcome> RunAsync(SwitchDraft draft, bool isDryRun, CancellationToken cancellationToken)
    {
        if (draft.Check(parts, draft.PlannedOn) is { } refusal)
            return refusal;
        var from = parts.Store.Find(draft.From.Slug, draft.From.Version);
        if (isDryRun)
            {
            var plan = Plans.For(draft.Kind, draft.To, draft.From, from?.Manifest, draft.Granted, movesData: draft.ReturnTo is null);
            return new OperationOutcome.Planned(plan with { Notes = [.. plan.Notes, .. Returns(draft) ? [] : settings.Foresee(draft.From, draft.To.Manifest)] });
        }


        var running = await parts.Journal.StartAsync(
            draft.Kind, draft.Caller, draft.From.Slug, draft.ReturnTo is null ? draft.To.Version.ToString() : null, draft.Data, cancellationToken);
        return running is null
            ? Refusals.InProgress(draft.From.Slug)
            : await parts.RunAsync(running, () => StepsAsync(running, draft, from, cancellationToken));
    }

    private async Task<OperationOutcome> StepsAsync(RunningOperation running, SwitchDraft draft, StoredVersion? from, CancellationToken cancellationToken)
    {
        List<string> notes = [];
        draft = await WithSettingsAsync(draft, notes, cancellationToken);
        await running.StepAsync("fetch", cancellationToken);
        var to = draft.To.Offer is { } offer ? await parts.Store.EnsureAsync(offer, parts.Source, cancellationToken) : await parts.Store.HoldAsync(draft.To.Stored!, cancellationToken);
        if (draft.ReturnTo is { } generation)
            return await CommitAsync(running, draft, to, generation, null, notes, cancellationToken);

        await running.StepAsync("load", cancellationToken);
        using var newCode = await PluginCode.OpenAsync(parts.Pool, to, cancellationToken);
        using var oldCode = await OpenOldAsync(draft.From, from, notes, cancellationToken);
        if (newCode.Own is null && oldCode.Own is null)
            return await CommitAsync(running, draft, to, running.Generation, DocumentMove.Copy, notes, cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var mark = await MoveAsync(running, draft, from, to, oldCode, newCode, cancellationToken);
                return await CommitAsync(running, draft, to, running.Generation, DocumentMove.Imported(mark), notes, cancellationToken);
            }
            catch (LateWriteException) when (attempt < MostExports)
            {
                // A request of the user wrote a document after it was exported: export again, nothing is lost.
            }
            catch (LateWriteException)
            {
                throw new StepFailedException(
                    "plugin.data_busy", $"The documents of {draft.From.Slug} changed again and again while they were carried over. Nothing was changed; try again in a quiet moment.", TimeSpan.FromSeconds(5));
            }
        }
    }

    /// <summary>Whether the settings of the slot come back as they were. An installation that was updated before there was a place for them keeps its own.</summary>
    private static bool Returns(SwitchDraft draft) => draft is { ReturnTo: not null, From.PreviousSettings: not null };

    private async ValueTask<SwitchDraft> WithSettingsAsync(SwitchDraft draft, List<string> notes, CancellationToken cancellationToken)
    {
        if (Returns(draft))
            return draft with { Settings = draft.From.PreviousSettings! };
        var (carried, lost) = await settings.ToAsync(draft.From, draft.To.Manifest, cancellationToken);
        notes.AddRange(lost);
        return draft with { Settings = carried };
    }

    /// <summary>
    /// An old version that cannot run any more must not keep its user from a newer one: its documents are taken as they
    /// are, which is what the default export does. One that only cannot run at this moment ends the operation.
    /// </summary>
    private async Task<PluginCode> OpenOldAsync(InstalledPlugin plugin, StoredVersion? from, List<string> notes, CancellationToken cancellationToken)
    {
        var (code, failure) = from is null ? (null, null) : await PluginCode.TryOpenAsync(parts.Pool, from, cancellationToken);
        if (code is not null)
            return code;
        if (failure is { RetryAfter: not null })
            throw new StepFailedException(failure.Code, $"{failure.Reason} Nothing was changed.", failure.RetryAfter);
        notes.Add($"{plugin.Slug} {plugin.Version} does not run any more, so its documents were carried over as they are. ({failure?.Reason ?? "Its files are not in the store."})");
        return PluginCode.None;
    }

    private async Task<DocumentMark> MoveAsync(
        RunningOperation running, SwitchDraft draft, StoredVersion? from, StoredVersion to, PluginCode oldCode, PluginCode newCode, CancellationToken cancellationToken)
    {
        var (caller, plugin) = (draft.Caller, draft.From);
        await running.StepAsync("export", cancellationToken);
        var mark = await parts.Database.ReadAsync(
            session => GenerationRows.MarkAsync(session, caller.UserId, plugin.Slug, plugin.Generation), cancellationToken);
        var old = parts.View(caller, plugin.Slug, plugin.Version, from?.Manifest ?? to.Manifest, plugin.Generation, plugin.Settings);
        var export = await oldCode.ExportAsync(old, cancellationToken);

        await running.StepAsync("import", cancellationToken);
        await parts.Database.WriteAsync(
            async session =>
            {
                await GenerationRows.ClearAsync(session, caller.UserId, plugin.Slug, running.Generation);
                return true;
            },
            cancellationToken);
        var view = parts.View(caller, plugin.Slug, to.Version, to.Manifest, running.Generation, draft.Settings);
        await newCode.ImportAsync(view, export, cancellationToken);
        return mark;
    }

    private async Task<OperationOutcome> CommitAsync(
        RunningOperation running, SwitchDraft draft, StoredVersion to, long generation, DocumentMove? move, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        OperationResult result;
        using (await parts.UserGate.EnterAsync(draft.Caller.UserId, cancellationToken))
        {
            var installed = await parts.Installations.OfUserAsync(draft.Caller.UserId, cancellationToken);
            if (!ReferenceEquals(installed, draft.PlannedOn) && draft.Check(parts, installed) is { } refusal)
                throw new RefusedException(refusal);
            var now = parts.Now;
            result = await running.CommitAsync(session => SwitchAsync(session, draft, to, generation, move, draft.Result(running.Id, notes), now));
            parts.Installations.Committed(draft.Caller.UserId, draft.From.Slug, draft.Installed(generation, now));
        }

        await parts.Witness.ReachedAsync(draft.Kind, "recorded");
        return new OperationOutcome.Done(result);
    }

    private static async Task<OperationResult> SwitchAsync(
        DbSession session, SwitchDraft draft, StoredVersion to, long generation, DocumentMove? move, OperationResult result, long now)
    {
        var (userId, slug, from) = (draft.Caller.UserId, draft.From.Slug, draft.From.Generation);

        // The row first: on PostgreSQL it waits for writes that share it, and the mark below then sees them.
        if (await PluginRows.SwitchAsync(session, draft.Row(generation, now)) == 0)
            throw new RefusedException(Refusals.ChangedMeanwhile(slug));
        if (move is { Mark: { } mark })
        {
            if (await GenerationRows.MarkAsync(session, userId, slug, from) != mark)
                throw new LateWriteException();
        }
        else if (move is not null)
        {
            await GenerationRows.CopyDocumentsAsync(session, userId, slug, from, generation);
        }

        var (deleted, created) = await ModuleRows.ReconcileAsync(session, to.Manifest, draft.From.PluginId, userId, now);
        await GenerationRows.DropOthersAsync(session, userId, slug, generation, from);
        if (draft.From.PreviousVersion is { } givenUp)
            await StoreVersionRows.GivenUpAsync(session, slug, givenUp, now);
        return result with { ModulesCreated = created, ModulesDeleted = deleted };
    }

    /// <summary>How the documents come into the new generation: copied in the switch, or imported before it.</summary>
    private sealed record DocumentMove(DocumentMark? Mark)
    {
        public static DocumentMove Copy { get; } = new((DocumentMark?)null);

        public static DocumentMove Imported(DocumentMark mark) => new(mark);
    }

    /// <summary>A document was written after the export.</summary>
    private sealed class LateWriteException : Exception;
}
