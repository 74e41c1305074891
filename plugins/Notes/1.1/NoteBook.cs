using Berth;

namespace Notes;

/// <summary>The calling user's notes.</summary>
public sealed class NoteBook(IUserData data, TimeProvider time)
{
    internal const string Entries = "entries/";

    public async Task<IReadOnlyList<Note>> FindAsync(Words words, NotesSettings settings, CancellationToken cancellationToken)
    {
        var documents = await data.ListJsonAsync(Entries, cancellationToken);
        var found = documents
            .Select(document => Note.Of(Documents.Read(document.Key, document.Value, NotesJson.Default.Entry)))
            .Where(note => words.Match([note.Title, note.Text], note.Tags))
            .OrderByDescending(note => settings.PinnedFirst && note.Pinned);
        return settings.SortBy switch
        {
            "title" => [.. found.ThenBy(note => note.Title, StringComparer.OrdinalIgnoreCase)],
            "created" => [.. found.ThenByDescending(note => note.Created)],
            _ => [.. found.ThenByDescending(note => note.Updated)],
        };
    }

    public async Task<Note?> FindAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } entry ? Note.Of(entry) : null;

    public async Task<Note> AddAsync(NoteDraft draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new Entry(
            NoteId.New(now),
            new EntryHead(draft.Title!.Trim(), Distinct(draft.Tags ?? []), draft.Pinned ?? false, now, now),
            new EntryBody(draft.Format ?? EntryBody.Markdown, draft.Text!));
        return await WriteAsync(entry, cancellationToken);
    }

    public async Task<Note?> ReplaceAsync(string id, NoteDraft draft, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is not { } old)
            return null;
        return await WriteAsync(
            old with
            {
                Head = old.Head with
                {
                    Title = draft.Title!.Trim(),
                    Tags = draft.Tags is null ? old.Head.Tags : Distinct(draft.Tags),
                    Pinned = draft.Pinned ?? old.Head.Pinned,
                    Updated = time.GetUtcNow(),
                },
                Body = new EntryBody(draft.Format ?? old.Body.Format, draft.Text!),
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        NoteId.IsValid(id) ? data.RemoveAsync(Entries + id, cancellationToken) : Task.FromResult(false);

    private async Task<Entry?> ReadAsync(string id, CancellationToken cancellationToken) =>
        NoteId.IsValid(id) ? await data.GetAsync(Entries + id, NotesJson.Default.Entry, cancellationToken) : null;

    private async Task<Note> WriteAsync(Entry entry, CancellationToken cancellationToken)
    {
        await data.SetAsync(Entries + entry.Id, entry, NotesJson.Default.Entry, cancellationToken);
        return Note.Of(entry);
    }

    private static string[] Distinct(IReadOnlyList<string> tags) => [.. tags.Distinct(StringComparer.OrdinalIgnoreCase)];
}
