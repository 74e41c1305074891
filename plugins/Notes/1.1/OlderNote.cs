namespace Notes;

/// <summary>A note in format 1 (1.0), which lies under <c>notes/{id}</c>.</summary>
public sealed record OlderNote(string Title, string Text, DateTimeOffset Created)
{
    public const string Prefix = "notes/";
}
