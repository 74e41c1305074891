using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>An error's body as the server wrote it (RFC 9457), read with patience: a proxy's page is a problem without a code.</summary>
/// <param name="Code">The stable code, if there is one.</param>
/// <param name="Detail">The sentence for people, if there is one.</param>
/// <param name="Reasons">The member <c>errors</c>.</param>
/// <param name="Body">The whole object, for members of one code only.</param>
internal sealed record Problem(string? Code, string? Detail, IReadOnlyList<FailureReason> Reasons, JsonElement? Body)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a response that failed.</summary>
    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object ? Of(document.RootElement.Clone()) : None;
        }
        catch (Exception notOurs) when (notOurs is JsonException or HttpRequestException or IOException)
        {
            return None;
        }
    }

    /// <summary>A text member of the body.</summary>
    public string? Text(string name) => Body is { } body ? TextOf(body, name) : null;

    private static Problem None => new(null, null, [], null);

    private static Problem Of(JsonElement body)
    {
        var detail = TextOf(body, "detail");
        // The old front end's shape, should a server in between ask for it: {"detail":{"message",…}}.
        if (detail is null && body.TryGetProperty("detail", out var old) && old.ValueKind == JsonValueKind.Object)
        {
            detail = TextOf(old, "message");
        }

        var reasons = body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? errors.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(ReasonOf).ToList()
            : [];
        return new Problem(TextOf(body, "code"), detail ?? TextOf(body, "title"), reasons, body);
    }

    private static FailureReason ReasonOf(JsonElement error) => new(
        TextOf(error, "code") ?? "unknown",
        TextOf(error, "message") ?? TextOf(error, "detail") ?? "",
        FailureReason.Place(TextOf(error, "entry"), TextOf(error, "pointer")));

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
