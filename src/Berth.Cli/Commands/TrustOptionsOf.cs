using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Options that the commands about trust share.</summary>
internal static class TrustOptionsOf
{
    /// <summary>Why.</summary>
    public static Option<string> Reason() => new("--reason") { Description = "Why, in a sentence", HelpName = "text", Required = true };

    /// <summary>What it is based on.</summary>
    public static Option<FileInfo?> Evidence() => new("--evidence") { Description = "A file with JSON: what it is based on", HelpName = "file" };

    /// <summary>When it ends by itself.</summary>
    public static Option<string?> Expires() => new("--expires") { Description = "When it ends by itself: 30d, 12h, or an instant such as 2027-01-31T00:00:00Z", HelpName = "when" };

    /// <summary>The instant that a text names.</summary>
    /// <exception cref="CommandFailedException">It names none.</exception>
    public static DateTimeOffset? Instant(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 100_000)
        {
            switch (text[^1])
            {
                case 'd':
                    return DateTimeOffset.UtcNow.AddDays(count);
                case 'h':
                    return DateTimeOffset.UtcNow.AddHours(count);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new CommandFailedException(ExitCode.Usage, "client.trust.usage", $"--expires '{text}' is neither a time like 30d or 12h nor an instant like 2027-01-31T00:00:00Z.");
    }

    /// <summary>The JSON of a file.</summary>
    /// <exception cref="CommandFailedException">It cannot be read or is no JSON.</exception>
    public static async Task<JsonElement?> JsonOfAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            await using var stream = file.OpenRead();
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandFailedException(ExitCode.Usage, "client.trust.usage", $"{file.Name} cannot be read as JSON: {exception.Message}");
        }
    }

    /// <summary>A member's text.</summary>
    public static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value.ToString() : "";

    /// <summary>A member's items.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}

/// <summary>An answer of the registry about trust, as it came.</summary>
internal sealed record TrustOutput(string Action, JsonElement Answer, bool? DryRun = null) : JsonOutput;
