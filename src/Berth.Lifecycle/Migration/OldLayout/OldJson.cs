using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Reads small files of the old system that should be JSON and may be anything.</summary>
internal static class OldJson
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The object in the file; <see langword="null"/> with a reason, or without one when there is no such file.</summary>
    public static JsonObject? ReadObject(string file, OldLayoutLimits limits, out string? fault)
    {
        var text = ReadText(file, limits, out fault);
        if (text is null)
            return null;
        try
        {
            if (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false }) is JsonObject json)
                return json;

            fault = "It is no JSON object.";
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            fault = text.Length == 0 ? "It is empty." : "It is no JSON.";
        }

        return null;
    }

    /// <summary>The text of the file; <see langword="null"/> with a reason, or without one when there is no such file.</summary>
    public static string? ReadText(string file, OldLayoutLimits limits, out string? fault)
    {
        fault = null;
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.LinkTarget is not null)
                return null;
            if (info.Length == 0)
                return "";
            if (info.Length > limits.MaxDescriptionBytes)
                fault = $"It is larger than {limits.MaxDescriptionBytes} bytes.";
            else
                return Strict.GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = "It cannot be read.";
        }
        catch (ArgumentException)
        {
            fault = "It is no UTF-8 text.";
        }

        return null;
    }

    /// <summary>The first of the members that is a text with something in it.</summary>
    public static string? Text(JsonObject json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (json[name] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text))
                return text.Trim();
        }

        return null;
    }
}
