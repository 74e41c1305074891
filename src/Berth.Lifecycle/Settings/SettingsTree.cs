using System.Text.Json.Nodes;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>Looks into settings and changes them by JSON pointer. Pointers go through objects; lists are single values.</summary>
internal static class SettingsTree
{
    /// <summary>What is at a place.</summary>
    public enum Presence
    {
        /// <summary>Nothing.</summary>
        Absent,

        /// <summary><c>null</c>, at the place or on the way to it.</summary>
        Null,

        /// <summary>A value.</summary>
        Value,
    }

    public static (Presence Presence, JsonNode? Value) Find(JsonObject root, string pointer)
    {
        JsonNode? node = root;
        foreach (var part in SettingsPointer.Parts(pointer))
        {
            if (node is not JsonObject place || !place.TryGetPropertyValue(part, out node))
                return (Presence.Absent, null);
            if (node is null)
                return (Presence.Null, null);
        }

        return (Presence.Value, node);
    }

    /// <summary>Puts a value, with the objects on the way to it.</summary>
    public static void Set(JsonObject root, string pointer, JsonNode value)
    {
        var parts = SettingsPointer.Parts(pointer);
        var place = root;
        foreach (var part in parts.SkipLast(1))
        {
            if (place[part] is not JsonObject next)
                place[part] = next = [];
            place = next;
        }

        place[parts[^1]] = value;
    }

    /// <summary>Takes a value out, and answers whether there was one. An item of a list takes the whole list along.</summary>
    public static bool Remove(JsonObject root, string pointer)
    {
        var parts = SettingsPointer.Parts(pointer);
        var place = root;
        for (var i = 0; i < parts.Count; i++)
        {
            if (i == parts.Count - 1 || place[parts[i]] is not JsonObject next)
                return place.Remove(parts[i]);
            place = next;
        }

        return false;
    }

    /// <summary>Members that are <c>null</c> mean "not set": they go.</summary>
    public static void DropNulls(JsonObject root)
    {
        foreach (var (name, value) in root.ToList())
        {
            if (value is null)
                root.Remove(name);
            else if (value is JsonObject inner)
                DropNulls(inner);
        }
    }

    /// <summary>JSON Merge Patch (RFC 7396) of objects.</summary>
    public static void Merge(JsonObject root, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                root.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                if (root[name] is not JsonObject place)
                    root[name] = place = [];
                Merge(place, inner);
            }
            else
            {
                root[name] = value.DeepClone();
            }
        }
    }

    /// <summary>Pointers to what is different, at the leaves.</summary>
    public static IEnumerable<string> Differences(JsonNode? before, JsonNode? after, string pointer = "")
    {
        if (before is JsonObject || after is JsonObject)
        {
            var (left, right) = (before as JsonObject, after as JsonObject);
            if (left is { Count: > 0 } || right is { Count: > 0 })
            {
                return (left ?? []).Select(member => member.Key).Union((right ?? []).Select(member => member.Key), StringComparer.Ordinal)
                    .SelectMany(name => Differences(left?[name], right?[name], SettingsPointer.Append(pointer, name)));
            }
        }

        return JsonNode.DeepEquals(before, after) ? [] : [pointer];
    }
}
