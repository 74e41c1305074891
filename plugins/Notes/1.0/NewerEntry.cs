namespace Notes;

/// <summary>What 1.0 reads of a note in format 2 (since 1.1), which lies under <c>entries/{id}</c>. The rest stays in the <see cref="Sidecar"/>.</summary>
public sealed record NewerEntry(NewerHead Head, NewerBody Body)
{
    public const string Prefix = "entries/";
}

/// <summary>The head's members that format 1 has as well.</summary>
public sealed record NewerHead(string Title, DateTimeOffset Created);

/// <summary>The body; format 1 shows Markdown as the text it is.</summary>
public sealed record NewerBody(string Content);
