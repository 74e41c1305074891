using System.Text.Json;
using System.Text.Unicode;

namespace Berth.Packaging.Signing;

/// <summary>
/// JSON that reads the same for every parser: valid UTF-8, no member twice (however it is escaped), no comments, no trailing
/// commas, no lone surrogates, bounded depth. What is signed or verified is read only so.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The value, or why it is not acceptable.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="fault">One sentence for a person; <see langword="null"/> when the value is acceptable.</param>
    public static JsonElement? Parse(ReadOnlyMemory<byte> utf8, out string? fault)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            fault = "It is not UTF-8.";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            ReadTexts(document.RootElement);
            fault = null;
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            fault = exception.LineNumber is { } line
                ? $"It is not acceptable JSON: line {line + 1}, byte {exception.BytePositionInLine + 1}."
                : "It is not acceptable JSON: a member occurs twice.";
            return null;
        }
        catch (InvalidOperationException)
        {
            fault = "A text in it is not valid Unicode.";
            return null;
        }
    }

    // GetString and Name refuse lone surrogates, which the parser itself lets through.
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }
}
