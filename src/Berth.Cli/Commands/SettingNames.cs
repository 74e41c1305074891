using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Cli.Output;
using Berth.Packaging.Settings;

namespace Berth.Cli.Commands;

/// <summary>Settings as they are written on a command line: <c>server.host</c>, or the JSON pointer <c>/server/host</c>.</summary>
internal static class SettingNames
{
    /// <summary>The JSON pointer of a name.</summary>
    public static string PointerOf(string name) =>
        name.StartsWith('/') ? name : string.Concat(name.Split('.').Select(part => SettingsPointer.Append("", part)));

    /// <summary>The name that a person reads.</summary>
    public static string NameOf(string pointer)
    {
        var parts = SettingsPointer.Parts(pointer);
        return parts.All(part => part.Length > 0 && !part.Contains('.', StringComparison.Ordinal) && !part.Contains('/', StringComparison.Ordinal))
            ? string.Join('.', parts)
            : pointer;
    }

    /// <summary>Splits <c>NAME=VALUE</c>.</summary>
    public static (string Name, string Value) Split(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        return at > 0 ? (assignment[..at], assignment[(at + 1)..])
            : throw new CommandFailedException(ExitCode.Usage, "client.setting.form", $"\"{assignment}\" is no setting.", "Write NAME=VALUE, for example sortBy=title.");
    }

    /// <summary>The schema of one setting, if it has one.</summary>
    public static JsonElement? SchemaOf(JsonElement? schema, string pointer)
    {
        foreach (var part in SettingsPointer.Parts(pointer))
        {
            schema = schema is { ValueKind: JsonValueKind.Object } one && one.TryGetProperty("properties", out var properties) && properties.TryGetProperty(part, out var next)
                ? next
                : null;
        }

        return schema;
    }

    /// <summary>A value of the type that the schema names; without one, JSON when it is some, and a text otherwise.</summary>
    public static JsonNode? Value(string name, string text, JsonElement? schema)
    {
        var type = schema is { ValueKind: JsonValueKind.Object } one && one.TryGetProperty("type", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString() : null;
        if (type is "string")
        {
            return JsonValue.Create(text);
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException) when (type is null or not ("number" or "integer" or "boolean" or "array" or "object"))
        {
            return JsonValue.Create(text);
        }
        catch (JsonException)
        {
            throw new CommandFailedException(ExitCode.Usage, "client.setting.value", $"{name} takes a value of the type {type}, written as JSON.");
        }
    }

    /// <summary>Puts a value into a patch, with the objects on the way to it.</summary>
    public static void Put(JsonObject patch, string pointer, JsonNode? value)
    {
        var parts = SettingsPointer.Parts(pointer);
        foreach (var part in parts.SkipLast(1))
        {
            if (patch[part] is not JsonObject next)
            {
                patch[part] = next = [];
            }

            patch = next;
        }

        patch[parts[^1]] = value;
    }

    /// <summary>All settings with a value, at the leaves.</summary>
    public static IEnumerable<(string Pointer, JsonElement Value)> Leaves(JsonElement settings, string pointer = "") =>
        settings.ValueKind == JsonValueKind.Object
            ? settings.EnumerateObject().SelectMany(member => Leaves(member.Value, SettingsPointer.Append(pointer, member.Name)))
            : [(pointer, settings)];

    /// <summary>A value as a person reads it.</summary>
    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
