using System.Text.Json.Nodes;

namespace Berth.Packaging.Tests.Settings;

/// <summary>A random schema with settings that fit it, and ways to spoil them, each with the fault it must bring.</summary>
internal sealed class SettingsDraft
{
    private readonly Random _random;

    public SettingsDraft(int seed)
    {
        _random = new Random(seed);
        (Schema, var value) = Object("", 3);
        Value = (JsonObject)value;
    }

    public JsonObject Schema { get; }

    public JsonObject Value { get; }

    /// <summary>Pointer, code, and what to put there; <see langword="null"/> removes.</summary>
    public List<(string Pointer, string Code, JsonNode? Bad)> Spoilers { get; } = [];

    /// <summary>The settings with one place changed.</summary>
    public JsonObject Spoiled((string Pointer, string Code, JsonNode? Bad) spoiler)
    {
        var copy = Value.DeepClone().AsObject();
        JsonNode place = copy;
        var parts = spoiler.Pointer[1..].Split('/').Select(part => part.Replace("~1", "/").Replace("~0", "~")).ToArray();
        foreach (var part in parts[..^1])
        {
            place = place is JsonArray list ? list[int.Parse(part)]! : place[part]!;
        }

        if (place is JsonArray items)
        {
            items[int.Parse(parts[^1])] = spoiler.Bad?.DeepClone();
        }
        else if (spoiler.Bad is null)
        {
            place.AsObject().Remove(parts[^1]);
        }
        else
        {
            place[parts[^1]] = spoiler.Bad.DeepClone();
        }

        return copy;
    }

    private (JsonObject Schema, JsonNode Value) Node(string pointer, int depth) => _random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => Text(pointer),
        1 => Number(pointer),
        2 => Flag(pointer),
        3 => Choice(pointer),
        4 => List(pointer, depth),
        _ => Object(pointer, depth),
    };

    private (JsonObject Schema, JsonNode Value) Object(string pointer, int depth)
    {
        var (properties, required, value) = (new JsonObject(), new JsonArray(), new JsonObject());
        var isClosed = _random.Next(2) == 0;
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            // Names that pointers have to escape are among them.
            var name = $"{(_random.Next(4) == 0 ? "a/b~" : "n")}{i}";
            var place = $"{pointer}/{name.Replace("~", "~0").Replace("/", "~1")}";
            var (schema, inner) = Node(place, depth - 1);
            properties[name] = schema;
            value[name] = inner;
            if (_random.Next(2) == 0)
            {
                required.Add(name);
                Spoilers.Add((place, "settings.missing", null));
            }
        }

        if (isClosed)
        {
            Spoilers.Add(($"{pointer}/nobody", "settings.unknown", JsonValue.Create(1)));
        }

        if (pointer.Length > 0)
        {
            Spoilers.Add((pointer, "settings.type", JsonValue.Create("no object")));
        }

        return (new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = !isClosed }, value);
    }

    private (JsonObject Schema, JsonNode Value) List(string pointer, int depth)
    {
        Spoilers.Add((pointer, "settings.type", new JsonObject()));
        var (schema, value) = Node(pointer + "/0", depth - 1);
        // A required member of an item is spoiled by removing the member; the item itself cannot be missing.
        return (new JsonObject { ["type"] = "array", ["items"] = schema }, new JsonArray(value));
    }

    private (JsonObject Schema, JsonNode Value) Text(string pointer)
    {
        var min = _random.Next(1, 4);
        var max = min + _random.Next(0, 6);
        Spoilers.Add((pointer, "settings.length", JsonValue.Create(new string('a', max + 1))));
        Spoilers.Add((pointer, "settings.length", JsonValue.Create(new string('a', min - 1))));
        Spoilers.Add((pointer, "settings.pattern", JsonValue.Create(new string('A', min))));
        Spoilers.Add((pointer, "settings.type", JsonValue.Create(7)));
        return (new JsonObject { ["type"] = "string", ["minLength"] = min, ["maxLength"] = max, ["pattern"] = "^[a-z]*$" }, JsonValue.Create(new string('x', _random.Next(min, max + 1))));
    }

    private (JsonObject Schema, JsonNode Value) Number(string pointer)
    {
        var min = _random.Next(-5, 5);
        var max = min + _random.Next(0, 10);
        var isWhole = _random.Next(2) == 0;
        Spoilers.Add((pointer, "settings.range", JsonValue.Create(max + 1)));
        Spoilers.Add((pointer, "settings.range", JsonValue.Create(min - 1)));
        if (isWhole)
        {
            Spoilers.Add((pointer, "settings.type", JsonValue.Create(min + 0.5)));
        }

        return (new JsonObject { ["type"] = isWhole ? "integer" : "number", ["minimum"] = min, ["maximum"] = max }, JsonValue.Create(_random.Next(min, max + 1)));
    }

    private (JsonObject Schema, JsonNode Value) Flag(string pointer)
    {
        Spoilers.Add((pointer, "settings.type", JsonValue.Create("true")));
        return (new JsonObject { ["type"] = "boolean" }, JsonValue.Create(_random.Next(2) == 0));
    }

    private (JsonObject Schema, JsonNode Value) Choice(string pointer)
    {
        Spoilers.Add((pointer, "settings.choice", JsonValue.Create("c")));
        return (new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("a", "b") }, JsonValue.Create(_random.Next(2) == 0 ? "a" : "b"));
    }
}
