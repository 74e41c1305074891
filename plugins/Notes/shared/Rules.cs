using Plugins.Http;

namespace Notes;

/// <summary>What a note's texts may be. All violations are reported at once.</summary>
public static class Rules
{
    public const int MaxTitle = 200;

    /// <summary>Escaped as JSON, a text of this length stays below the 1 MiB that a document may have.</summary>
    public const int MaxText = 100_000;

    public static IEnumerable<InvalidMember> Title(string? title)
    {
        if (string.IsNullOrWhiteSpace(title))
            yield return new("/title", "A note has a title.");
        else if (title.Length > MaxTitle)
            yield return new("/title", $"A title has at most {MaxTitle} characters; this one has {title.Length}.");
        else if (title.Any(char.IsControl))
            yield return new("/title", "A title is one line without control characters.");
    }

    public static IEnumerable<InvalidMember> Text(string? text)
    {
        if (text is null)
            yield return new("/text", "A note has a text; it may be empty.");
        else if (text.Length > MaxText)
            yield return new("/text", $"A text has at most {MaxText} characters; this one has {text.Length}.");
        else if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            yield return new("/text", "A text has no control characters but tabs and line breaks.");
    }

    public static Problem Invalid(IReadOnlyList<InvalidMember> errors) =>
        Problem.Of(400, "notes.invalid", "Invalid note", "The note was not saved. See errors for what to change.", errors);

    public static Problem NotFound(string id) =>
        Problem.Of(404, "notes.not_found", "No such note", $"You have no note '{Shorten(id)}'.");

    private static string Shorten(string id) => id.Length <= 64 ? id : id[..64] + "…";
}
