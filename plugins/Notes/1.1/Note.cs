using Plugins.Http;

namespace Notes;

/// <summary>A note, as the API answers it: the members of 1.0 under their old names, and the new ones.</summary>
public sealed record Note(
    string Id, string Title, string Text, string Format, IReadOnlyList<string> Tags, bool Pinned, DateTimeOffset Created, DateTimeOffset Updated)
{
    public static Note Of(Entry entry) => new(
        entry.Id, entry.Head.Title, entry.Body.Content, entry.Body.Format, entry.Head.Tags, entry.Head.Pinned, entry.Head.Created, entry.Head.Updated);
}

/// <summary>What a client sends to write a note. On a PUT, what 1.0 did not know may be left out and stays as it is.</summary>
public sealed record NoteDraft
{
    private const int MaxTags = 20;
    private const int MaxTag = 40;

    public string? Title { get; init; }

    public string? Text { get; init; }

    public string? Format { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public bool? Pinned { get; init; }

    public IReadOnlyList<InvalidMember> Validate() => [.. Rules.Title(Title), .. Rules.Text(Text), .. ValidateFormat(), .. ValidateTags()];

    private IEnumerable<InvalidMember> ValidateFormat()
    {
        if (Format is not (null or EntryBody.Plain or EntryBody.Markdown))
            yield return new("/format", $"A format is '{EntryBody.Markdown}' or '{EntryBody.Plain}'.");
    }

    private IEnumerable<InvalidMember> ValidateTags()
    {
        if (Tags?.Count > MaxTags)
            yield return new("/tags", $"A note has at most {MaxTags} tags; this one has {Tags.Count}.");
        for (var i = 0; i < Math.Min(Tags?.Count ?? 0, MaxTags); i++)
        {
            if (Tags![i] is not { Length: > 0 and <= MaxTag } tag || tag.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '#' or ','))
                yield return new($"/tags/{i}", $"A tag is one word of at most {MaxTag} characters, without '#' and ','.");
        }
    }
}

/// <summary>What <c>GET /notes</c> answers.</summary>
public sealed record NoteList(IReadOnlyList<Note> Notes, int Total);

/// <summary>The user's settings, as the manifest's <c>config</c> describes them.</summary>
public sealed record NotesSettings(string SortBy = "updated", bool PinnedFirst = true);
