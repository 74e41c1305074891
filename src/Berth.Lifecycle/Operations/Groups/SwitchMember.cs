using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Groups;

/// <summary>
/// Another version in force: fetch → load → export from the old → import into the new → rows. The documents of the
/// version before are never touched; the new ones are written beside them as a generation of their own.
/// </summary>
internal sealed class SwitchMember(OperationParts parts, SwitchDraft draft) : GroupMember
{
    private readonly List<string> _notes = [];
    private readonly StoredVersion? _from = parts.Store.Find(draft.From.Slug, draft.From.Version);
    private SwitchDraft _draft = draft;
    private StoredVersion? _to;
    private PluginCode? _oldCode;
    private PluginCode? _newCode;
    private DocumentMark? _mark;
    private InstalledPlugin? _after;

    public override string Slug => _draft.From.Slug;

    public override JournalEntry Entry => new(_draft.Kind, Slug, _draft.ReturnTo is null ? _draft.To.Version.ToString() : null, _draft.Data);

    private bool IsImported => _newCode?.Own is not null || _oldCode?.Own is not null;

    public override async Task PrepareAsync(RunningOperation running, CancellationToken cancellationToken)
    {
        await CarrySettingsAsync(cancellationToken);
        await running.StepAsync("fetch", cancellationToken);
        _to = await parts.FetchAsync(_draft.To, _draft.From.AllowsVariant, cancellationToken);
        _draft = _draft with { To = _draft.To with { Stored = _to } };
        if (_draft.ReturnTo is not null)
            return;

        await running.StepAsync("load", cancellationToken);
        _newCode = await PluginCode.OpenAsync(parts.Pool, _to, cancellationToken);
        _oldCode = await OpenOldAsync(cancellationToken);
        if (IsImported)
            await RepeatAsync(running, cancellationToken);
    }

    /// <summary>Exports and imports; again, when a document was written since.</summary>
    public override async Task RepeatAsync(RunningOperation running, CancellationToken cancellationToken)
    {
        var (caller, plugin) = (_draft.Caller, _draft.From);
        await running.StepAsync("export", cancellationToken);
        _mark = await parts.Database.ReadAsync(
            session => GenerationRows.MarkAsync(session, caller.UserId, plugin.Slug, plugin.Generation), cancellationToken);
        var old = parts.View(caller, plugin.Slug, plugin.Version, _from?.Manifest ?? _to!.Manifest, plugin.Generation, plugin.Settings);
        var export = await _oldCode!.ExportAsync(old, cancellationToken);

        await running.StepAsync("import", cancellationToken);
        await parts.Database.WriteAsync(
            async session =>
            {
                await GenerationRows.ClearAsync(session, caller.UserId, plugin.Slug, running.Generation);
                return true;
            },
            cancellationToken);
        var view = parts.View(caller, plugin.Slug, _to!.Version, _to.Manifest, running.Generation, _draft.Settings);
        await _newCode!.ImportAsync(view, export, cancellationToken);
    }

    public override async Task<OperationResult> WriteAsync(DbSession session, RunningOperation running, long now)
    {
        var (userId, plugin) = (_draft.Caller.UserId, _draft.From);
        var generation = GenerationOf(running);

        // The row first: on PostgreSQL it waits for writes that share it, and the mark below then sees them.
        if (await PluginRows.SwitchAsync(session, _draft.Row(generation, now)) == 0)
            throw new RefusedException(Refusals.ChangedMeanwhile(Slug));
        if (_mark is not null)
        {
            if (await GenerationRows.MarkAsync(session, userId, Slug, plugin.Generation) != _mark)
                throw new LateWriteException(this);
        }
        else if (_draft.ReturnTo is null)
        {
            await GenerationRows.CopyDocumentsAsync(session, userId, Slug, plugin.Generation, generation);
        }

        var (deleted, created) = await ModuleRows.ReconcileAsync(session, _to!.Manifest, plugin.PluginId, userId, now);
        await GenerationRows.DropOthersAsync(session, userId, Slug, generation, plugin.Generation);
        if (plugin.PreviousVersion is { } givenUp)
            await StoreVersionRows.GivenUpAsync(session, Slug, givenUp, now);
        return _draft.Result(running.Id, _notes) with { ModulesCreated = created, ModulesDeleted = deleted };
    }

    public override InstalledPlugin After(RunningOperation running, long now) => _after = _draft.Installed(GenerationOf(running), now);

    public override void Record()
    {
        if (_after is not null)
            parts.Records.Keep(_after);
    }

    public override void Dispose()
    {
        _oldCode?.Dispose();
        _newCode?.Dispose();
        base.Dispose();
    }

    /// <summary>Settings of the slot come back as they were; otherwise those in force are carried over as far as the version takes them.</summary>
    private async ValueTask CarrySettingsAsync(CancellationToken cancellationToken)
    {
        if (_draft.ReturnsSettings)
        {
            _draft = _draft with { Settings = _draft.From.PreviousSettings! };
            return;
        }

        var (carried, lost) = await parts.SettingsCarry.ToAsync(_draft.From, _draft.To.Manifest, cancellationToken);
        _notes.AddRange(lost);
        _draft = _draft with { Settings = carried };
    }

    private long GenerationOf(RunningOperation running) => _draft.ReturnTo ?? running.Generation;

    /// <summary>
    /// An old version that cannot run any more must not keep its user from a newer one: its documents are taken as they
    /// are, which is what the default export does. One that only cannot run at this moment ends the operation.
    /// </summary>
    private async Task<PluginCode> OpenOldAsync(CancellationToken cancellationToken)
    {
        var (code, failure) = _from is null ? (null, null) : await PluginCode.TryOpenAsync(parts.Pool, _from, cancellationToken);
        if (code is not null)
            return code;
        if (failure is { RetryAfter: not null })
            throw new StepFailedException(failure.Code, $"{failure.Reason} Nothing was changed.", failure.RetryAfter);
        _notes.Add($"{Slug} {_draft.From.Version} does not run any more, so its documents were carried over as they are. ({failure?.Reason ?? "Its files are not in the store."})");
        return PluginCode.None;
    }
}
