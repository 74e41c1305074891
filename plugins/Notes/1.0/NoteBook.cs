using Berth;

namespace Notes;

/// <summary>The calling user's notes. Format 1: a note is one document under <c>notes/{id}</c>.</summary>
public sealed class NoteBook(IUserData data, TimeProvider time)
{
    internal const string Notes = "notes/";

    public async Task<IReadOnlyList<Note>> FindAsync(Words words, NotesSettings settings, CancellationToken cancellationToken)
    {
        var documents = await data.ListJsonAsync(Notes, cancellationToken);
        var found = documents
            .Select(document => Documents.Read(document.Key, document.Value, NotesJson.Default.Note))
            .Where(note => words.Match([note.Title, note.Text], []));
        return settings.SortBy == "title"
            ? [.. found.OrderBy(note => note.Title, StringComparer.OrdinalIgnoreCase)]
            : [.. found.OrderByDescending(note => note.Created)];
    }

    public async Task<Note?> FindAsync(string id, CancellationToken cancellationToken) =>
        NoteId.IsValid(id) ? await data.GetAsync(Notes + id, NotesJson.Default.Note, cancellationToken) : null;

    public async Task<Note> AddAsync(NoteDraft draft, CancellationToken cancellationToken)
    {
        var created = time.GetUtcNow();
        var note = new Note(NoteId.New(created), draft.Title!.Trim(), draft.Text!, created);
        await data.SetAsync(Notes + note.Id, note, NotesJson.Default.Note, cancellationToken);
        return note;
    }

    public async Task<Note?> ReplaceAsync(string id, NoteDraft draft, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } old)
            return null;
        var note = old with { Title = draft.Title!.Trim(), Text = draft.Text! };
        await data.SetAsync(Notes + id, note, NotesJson.Default.Note, cancellationToken);
        return note;
    }

    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!NoteId.IsValid(id) || !await data.RemoveAsync(Notes + id, cancellationToken))
            return false;
        // What a newer version knew about the note goes with it.
        await data.RemoveAsync(Sidecar.KeyOf(NewerEntry.Prefix + id), cancellationToken);
        return true;
    }
}
