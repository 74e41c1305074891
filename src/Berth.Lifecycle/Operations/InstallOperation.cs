using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Install: resolve → check → fetch → the plugin's install → import of kept documents → rows.
/// Before: not installed. After: installed, with the documents that an earlier uninstall kept.
/// After a failure: not installed; kept documents are as they were; no row of it is left.
/// </summary>
/// <remarks>
/// When the version is in the store and brings no code, nothing can fail half way: the whole operation is one
/// transaction (<see cref="QuickInstall"/>), and a thousand of them are committed together.
/// </remarks>
internal sealed class InstallOperation(OperationParts parts, QuickInstall quick)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, InstallRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (installed.TryFind(request.Slug, out var present))
            return Refusals.AlreadyInstalled(present.Slug, present.Version);
        var resolved = await parts.Resolver.ResolveAsync(request.Slug, request.Range, null, cancellationToken);
        if (resolved is not ResolveOutcome.Found { Candidate: var candidate })
            return ((ResolveOutcome.No)resolved).Refusal;

        var draft = new InstallDraft(caller, request, candidate, installed, request.Grant ?? []);
        if (draft.Check(parts, installed) is { } refusal)
            return refusal;
        if (request.IsDryRun)
            return new OperationOutcome.Planned(await PlanAsync(draft, cancellationToken));

        if (candidate is { Stored: { Manifest.Module: null } stored } && string.Equals(stored.TrustLevel, candidate.TrustLevel, StringComparison.Ordinal)
            && await quick.TryRunAsync(draft, stored, cancellationToken) is { } outcome)
        {
            return outcome;
        }

        return await RunJournaledAsync(draft, cancellationToken);
    }

    private async Task<OperationPlan> PlanAsync(InstallDraft draft, CancellationToken cancellationToken)
    {
        var kept = await parts.Database.ReadAsync(
            session => GenerationRows.NewestAsync(session, draft.Caller.UserId, draft.Candidate.Slug), cancellationToken);
        var plan = Plans.For(OperationKinds.Install, draft.Candidate, null, null, draft.Grant, movesData: kept is not null);
        return kept is null ? plan : plan with { Notes = [.. plan.Notes, $"Documents that version {kept.Version} left are taken over."] };
    }

    private async Task<OperationOutcome> RunJournaledAsync(InstallDraft draft, CancellationToken cancellationToken)
    {
        var (caller, candidate) = (draft.Caller, draft.Candidate);
        RunningOperation? running;
        try
        {
            running = await parts.Journal.StartAsync(
                OperationKinds.Install, caller, candidate.Slug, candidate.Version.ToString(), draft.Data, cancellationToken);
        }
        catch (DatabaseConstraintException exception) when (!exception.IsUnique)
        {
            return Refusals.UnknownUser();
        }

        return running is null
            ? Refusals.InProgress(candidate.Slug)
            : await parts.RunAsync(running, () => StepsAsync(running, draft, cancellationToken));
    }

    private async Task<OperationOutcome> StepsAsync(RunningOperation running, InstallDraft draft, CancellationToken cancellationToken)
    {
        var (caller, candidate) = (draft.Caller, draft.Candidate);
        List<string> notes = [];
        await running.StepAsync("fetch", cancellationToken);
        var stored = candidate.Offer is { } offer ? await parts.Store.EnsureAsync(offer, parts.Source, cancellationToken) : await parts.Store.HoldAsync(candidate.Stored!, cancellationToken);

        await running.StepAsync("load", cancellationToken);
        using var code = await PluginCode.OpenAsync(parts.Pool, stored, cancellationToken);
        var view = parts.View(caller, stored.Slug, stored.Version, stored.Manifest, running.Generation, StoredSettings.None);
        if (code.Own is { } own)
        {
            await running.StepAsync("install", cancellationToken);
            await own.InstallAsync(view, cancellationToken);
        }

        var isImported = running.Newest is { } kept && await new KeptDocuments(parts).TryImportAsync(running, kept, stored, code, view, notes, cancellationToken);
        var result = draft.Result(running.Id) with { Migrated = isImported, Notes = notes };
        using (await parts.UserGate.EnterAsync(caller.UserId, cancellationToken))
        {
            await draft.CheckAgainAsync(parts, cancellationToken);
            var now = parts.Now;
            result = await running.CommitAsync(session => SwitchAsync(session, running, draft, result, isImported, now));
            parts.Installations.Committed(caller.UserId, stored.Slug, draft.Installed(running.Generation, now));
        }

        await draft.RecordAsync(parts);
        return new OperationOutcome.Done(result);
    }

    private static async Task<OperationResult> SwitchAsync(
        DbSession session, RunningOperation running, InstallDraft draft, OperationResult result, bool isImported, long now)
    {
        var (userId, slug) = (draft.Caller.UserId, draft.Candidate.Slug);
        try
        {
            await PluginRows.InsertAsync(session, draft.Row(running.Generation, now));
        }
        catch (DatabaseConstraintException exception)
        {
            throw new RefusedException(exception.IsUnique ? Refusals.AlreadyInstalled(slug, null) : Refusals.UnknownUser());
        }

        await ModuleRows.InsertAsync(session, draft.Candidate.Manifest, draft.PluginId, userId, now);
        if (running.Newest is { } kept && !isImported)
        {
            // The documents are of this format already: they take the place of what the install has written.
            await GenerationRows.ClearAsync(session, userId, slug, running.Generation);
            await GenerationRows.CopyDocumentsAsync(session, userId, slug, kept.Generation, running.Generation);
        }

        await GenerationRows.DropOthersAsync(session, userId, slug, running.Generation, null);
        return result;
    }
}
