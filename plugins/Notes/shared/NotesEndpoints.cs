using Berth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Plugins.Http;

namespace Notes;

/// <summary>The plugin's API, served under <c>/p/Notes</c>.</summary>
internal static class NotesEndpoints
{
    public static VersionAnswer Version([FromServices] VersionAnswer version) => version;

    public static async Task<NoteList> Search(
        string? q, [FromServices] NoteBook book, [FromServices] IUserSettings<NotesSettings> settings, CancellationToken cancellationToken)
    {
        var notes = await book.FindAsync(new Words(q), settings.Value, cancellationToken);
        return new NoteList(notes, notes.Count);
    }

    public static async Task<IResult> Create(HttpRequest request, [FromServices] NoteBook book, CancellationToken cancellationToken)
    {
        var (draft, problem) = await ReadAsync(request, cancellationToken);
        if (draft is null)
            return problem!.ToResult(NotesJson.Default.Problem);

        var note = await book.AddAsync(draft, cancellationToken);
        return TypedResults.Created($"notes/{note.Id}", note);
    }

    public static async Task<IResult> Read(string id, [FromServices] NoteBook book, CancellationToken cancellationToken) =>
        await book.FindAsync(id, cancellationToken) is { } note
            ? TypedResults.Ok(note)
            : Rules.NotFound(id).ToResult(NotesJson.Default.Problem);

    public static async Task<IResult> Replace(
        string id, HttpRequest request, [FromServices] NoteBook book, CancellationToken cancellationToken)
    {
        var (draft, problem) = await ReadAsync(request, cancellationToken);
        if (draft is null)
            return problem!.ToResult(NotesJson.Default.Problem);

        return await book.ReplaceAsync(id, draft, cancellationToken) is { } note
            ? TypedResults.Ok(note)
            : Rules.NotFound(id).ToResult(NotesJson.Default.Problem);
    }

    public static async Task<IResult> Delete(string id, [FromServices] NoteBook book, CancellationToken cancellationToken) =>
        await book.RemoveAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : Rules.NotFound(id).ToResult(NotesJson.Default.Problem);

    private static async Task<(NoteDraft? Draft, Problem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (draft, problem) = await JsonBody.ReadAsync(request, NotesJson.Default.NoteDraft, cancellationToken);
        if (draft is null)
            return (null, problem);
        return draft.Validate() is { Count: > 0 } errors ? (null, Rules.Invalid(errors)) : (draft, null);
    }
}
