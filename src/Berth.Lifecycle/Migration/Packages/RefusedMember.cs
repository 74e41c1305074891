using System.Globalization;
using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>Takes a member that a manifest may not have out of a draft, and keeps it below <c>x-old</c>.</summary>
internal static class RefusedMember
{
    /// <summary>Moves what an RFC 6901 pointer names; with a required member goes what it is required in. Answers whether anything was moved.</summary>
    public static bool TryMove(JsonObject draft, string pointer)
    {
        var path = pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        if (path.Count == 0 || path[0] is "name" or "version" || path[0].StartsWith("x-", StringComparison.Ordinal))
            return false;

        // A module without a name, or a front end without an entry, is none.
        if (path is ["frontend", "entry"])
            path = ["frontend"];
        else if (path is ["frontend", "modules", _, "name"])
            path.RemoveAt(3);

        var parent = path.SkipLast(1).Aggregate((JsonNode?)draft, (node, step) => node is null ? null : Child(node, step));
        if (parent is null || Child(parent, path[^1]) is not { } refused)
            return false;
        Remove(parent, path[^1]);
        var kept = draft["x-old"]!.AsObject();
        if (kept["refused"] is not JsonObject)
            kept["refused"] = new JsonObject();
        var name = '/' + string.Join('/', path);
        while (kept["refused"]!.AsObject().ContainsKey(name))
            name += '+';
        kept["refused"]![name] = refused.DeepClone();
        return true;
    }

    private static JsonNode? Child(JsonNode node, string step) => node switch
    {
        JsonObject members => members[step],
        JsonArray items when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
        _ => null,
    };

    private static void Remove(JsonNode parent, string step)
    {
        if (parent is JsonArray items)
            items.RemoveAt(int.Parse(step, CultureInfo.InvariantCulture));
        else
            parent.AsObject().Remove(step);
    }
}
