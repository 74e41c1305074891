using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Operations.Groups;

/// <summary>An installation: fetch → load → the plugin's install → import of kept documents → rows.</summary>
internal sealed class InstallMember(OperationParts parts, InstallDraft draft) : GroupMember
{
    private readonly List<string> _notes = [];
    private InstallDraft _draft = draft;
    private PluginCode? _code;
    private bool _isImported;

    public override string Slug => _draft.Candidate.Slug;

    public override JournalEntry Entry => new(OperationKinds.Install, Slug, _draft.Candidate.Version.ToString(), _draft.Data);

    public override async Task PrepareAsync(RunningOperation running, CancellationToken cancellationToken)
    {
        var caller = _draft.Caller;
        await running.StepAsync("fetch", cancellationToken);
        var stored = await parts.FetchAsync(_draft.Candidate, wantsVariant: true, cancellationToken);
        _draft = _draft with { Candidate = _draft.Candidate with { Stored = stored } };

        await running.StepAsync("load", cancellationToken);
        _code = await PluginCode.OpenAsync(parts.Pool, stored, cancellationToken);
        var view = parts.View(caller, stored.Slug, stored.Version, stored.Manifest, running.Generation, StoredSettings.None);
        if (_code.Own is { } own)
        {
            await running.StepAsync("install", cancellationToken);
            await own.InstallAsync(view, cancellationToken);
        }

        _isImported = running.Newest is { } kept
            && await new KeptDocuments(parts).TryImportAsync(running, kept, stored, _code, view, _notes, cancellationToken);
    }

    public override async Task<OperationResult> WriteAsync(DbSession session, RunningOperation running, long now)
    {
        var userId = _draft.Caller.UserId;
        try
        {
            await PluginRows.InsertAsync(session, _draft.Row(running.Generation, now));
        }
        catch (DatabaseConstraintException exception)
        {
            throw new RefusedException(exception.IsUnique ? Refusals.AlreadyInstalled(Slug, null) : Refusals.UnknownUser());
        }

        await ModuleRows.InsertAsync(session, _draft.Candidate.Manifest, _draft.PluginId, userId, now);
        if (running.Newest is { } kept && !_isImported)
        {
            // The documents are of this format already: they take the place of what the install has written.
            await GenerationRows.ClearAsync(session, userId, Slug, running.Generation);
            await GenerationRows.CopyDocumentsAsync(session, userId, Slug, kept.Generation, running.Generation);
        }

        await GenerationRows.DropOthersAsync(session, userId, Slug, running.Generation, null);
        return _draft.Result(running.Id) with { Migrated = _isImported, Notes = _notes };
    }

    public override InstalledPlugin After(RunningOperation running, long now) => _draft.Installed(running.Generation, now);

    public override void Record() => _draft.Record(parts);

    public override void Dispose()
    {
        _code?.Dispose();
        base.Dispose();
    }
}
