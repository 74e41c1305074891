using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notes;

/// <summary>
/// A note as it is kept. Format 2: one document under <c>entries/{id}</c>, what lists need in the head, the text in the body.
/// Members that a later version adds stay where they are.
/// </summary>
public sealed record Entry(string Id, EntryHead Head, EntryBody Body)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Later { get; set; }
}

public sealed record EntryHead(string Title, IReadOnlyList<string> Tags, bool Pinned, DateTimeOffset Created, DateTimeOffset Updated)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Later { get; set; }
}

/// <summary>The text. <see cref="Plain"/> is what came from format 1: shown as it was typed, until somebody edits it as Markdown.</summary>
public sealed record EntryBody(string Format, string Content)
{
    public const string Plain = "plain";
    public const string Markdown = "markdown";
}
