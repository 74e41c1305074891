using Berth;

namespace Notes;

/// <summary>Greets a new user, and takes notes over from newer versions.</summary>
public sealed class NotesLifecycle(TimeProvider time) : LifecycleManager
{
    public override async Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        var welcome = new NoteDraft
        {
            Title = "Welcome to Notes",
            Text = "Write down what you want to find again. The search looks at titles and texts.",
        };
        await new NoteBook(installation.Data, time).AddAsync(welcome, cancellationToken);
    }

    /// <summary>Format is told by key, not by version number: a patch of either line then needs no new code here.</summary>
    public override async Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        ArgumentNullException.ThrowIfNull(old);
        foreach (var (key, json) in old.Documents)
        {
            if (key.StartsWith(NoteBook.Notes, StringComparison.Ordinal) || Sidecar.IsKept(key))
            {
                await installation.Data.SetJsonAsync(key, json, cancellationToken);
                continue;
            }

            await installation.Data.SetJsonAsync(Sidecar.KeyOf(key), json, cancellationToken);
            if (key.StartsWith(NewerEntry.Prefix, StringComparison.Ordinal))
                await TakeDownAsync(installation.Data, key[NewerEntry.Prefix.Length..], json, cancellationToken);
        }
    }

    public override async Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        var documents = await installation.Data.ListJsonAsync(NoteBook.Notes, cancellationToken);
        return Documents.Check(documents, NotesJson.Default.Note);
    }

    private static Task TakeDownAsync(IUserData data, string id, string json, CancellationToken cancellationToken)
    {
        var entry = Documents.Read(NewerEntry.Prefix + id, json, NotesJson.Default.NewerEntry);
        var note = new Note(id, entry.Head.Title, entry.Body.Content, entry.Head.Created);
        return data.SetAsync(NoteBook.Notes + id, note, NotesJson.Default.Note, cancellationToken);
    }
}
