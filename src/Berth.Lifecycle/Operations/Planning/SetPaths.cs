namespace Berth.Lifecycle.Operations.Planning;

/// <summary>How one plugin of a set leads to another one by what they need.</summary>
internal static class SetPaths
{
    /// <summary>The shortest chain from one to the other, both included; empty when there is none.</summary>
    public static IReadOnlyList<SetNode> Between(PluginSet set, SetNode from, SetNode to)
    {
        var before = new Dictionary<string, SetNode?>(StringComparer.OrdinalIgnoreCase) { [from.Slug] = null };
        var open = new Queue<SetNode>([from]);
        while (open.TryDequeue(out var node))
        {
            if (SetRules.IsSlug(node.Slug, to.Slug))
                return Walk(before, node);
            foreach (var slug in node.Manifest?.Dependencies.Keys.Order(StringComparer.OrdinalIgnoreCase) ?? Enumerable.Empty<string>())
            {
                if (set.TryFind(slug, out var next) && before.TryAdd(next.Slug, node))
                    open.Enqueue(next);
            }
        }

        return [];
    }

    private static List<SetNode> Walk(Dictionary<string, SetNode?> before, SetNode end)
    {
        List<SetNode> path = [];
        for (var node = end; node is not null; node = before[node.Slug])
            path.Insert(0, node);
        return path;
    }
}
