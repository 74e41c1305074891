using Berth;

namespace Notes;

/// <summary>Greets a new user, and takes notes over from 1.0 and from newer versions.</summary>
public sealed class NotesLifecycle(TimeProvider time) : LifecycleManager
{
    public override async Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        var welcome = new NoteDraft
        {
            Title = "Welcome to Notes",
            Text = "Write **Markdown**, add tags, pin what matters.\n\nThe search looks at titles, texts and tags; `#tag` finds a tag alone.",
            Tags = ["welcome"],
            Pinned = true,
        };
        await new NoteBook(installation.Data, time).AddAsync(welcome, cancellationToken);
    }

    /// <summary>
    /// Format is told by key, not by version number. A note that was here before it went down to 1.0 finds its tags, its pin
    /// and whatever else 1.0 kept for it; what 1.0 changed (title, text) or removed wins.
    /// </summary>
    public override async Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        ArgumentNullException.ThrowIfNull(old);
        var kept = old.Documents.Where(document => Sidecar.IsKept(document.Key))
            .ToDictionary(document => Sidecar.OriginalOf(document.Key), document => document.Value, StringComparer.Ordinal);

        foreach (var (key, json) in old.Documents.Where(document => !Sidecar.IsKept(document.Key)))
        {
            if (key.StartsWith(OlderNote.Prefix, StringComparison.Ordinal))
                await TakeUpAsync(installation.Data, key, json, kept, cancellationToken);
            else
                await installation.Data.SetJsonAsync(key, json, cancellationToken);
        }

        // A kept entry without its note was deleted in 1.0: only documents of other kinds come back by themselves.
        foreach (var (key, json) in kept.Where(document => !document.Key.StartsWith(NoteBook.Entries, StringComparison.Ordinal)))
            await installation.Data.SetJsonAsync(key, json, cancellationToken);
    }

    public override async Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        var documents = await installation.Data.ListJsonAsync(NoteBook.Entries, cancellationToken);
        return Documents.Check(documents, NotesJson.Default.Entry);
    }

    private Task TakeUpAsync(
        IUserData data, string key, string json, Dictionary<string, string> kept, CancellationToken cancellationToken)
    {
        var id = key[OlderNote.Prefix.Length..];
        var note = Documents.Read(key, json, NotesJson.Default.OlderNote);
        var entry = kept.TryGetValue(NoteBook.Entries + id, out var before)
            ? Merge(note, Documents.Read(Sidecar.KeyOf(NoteBook.Entries + id), before, NotesJson.Default.Entry))
            : new Entry(id, new EntryHead(note.Title, [], false, note.Created, note.Created), new EntryBody(EntryBody.Plain, note.Text));
        return data.SetAsync(NoteBook.Entries + id, entry, NotesJson.Default.Entry, cancellationToken);
    }

    private Entry Merge(OlderNote note, Entry before)
    {
        // Format 1 keeps no time of change: an edit made there dates from now at the latest.
        var isEdited = note.Title != before.Head.Title || note.Text != before.Body.Content;
        return before with
        {
            Head = before.Head with { Title = note.Title, Updated = isEdited ? time.GetUtcNow() : before.Head.Updated },
            Body = before.Body with { Content = note.Text },
        };
    }
}
