namespace Notes;

/// <summary>A note, as it is kept (one document each, under <c>notes/{id}</c>) and as the API answers it.</summary>
public sealed record Note(string Id, string Title, string Text, DateTimeOffset Created);

/// <summary>What a client sends to write a note.</summary>
public sealed record NoteDraft
{
    public string? Title { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<Plugins.Http.InvalidMember> Validate() => [.. Rules.Title(Title), .. Rules.Text(Text)];
}

/// <summary>What <c>GET /notes</c> answers.</summary>
public sealed record NoteList(IReadOnlyList<Note> Notes, int Total);

/// <summary>The user's settings, as the manifest's <c>config</c> describes them.</summary>
public sealed record NotesSettings(string SortBy = "created");
