namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The order in which a set is put in force: what others need comes first, then by slug.</summary>
internal static class SetOrder
{
    public static IReadOnlyList<SetNode> Of(PluginSet set)
    {
        var waiting = set.Decided.OrderBy(node => node.Slug, StringComparer.OrdinalIgnoreCase).ToList();
        var needs = waiting.ToDictionary(node => node.Slug, node => Needs(set, node), StringComparer.OrdinalIgnoreCase);
        var order = new List<SetNode>(waiting.Count);
        while (waiting.Count > 0)
        {
            // A set has no circles, so there is always one that waits for none of the others.
            var next = waiting.FindIndex(node => !waiting.Exists(other => other != node && needs[node.Slug].Contains(other.Slug)));
            order.Add(waiting[next]);
            waiting.RemoveAt(next);
        }

        return order;
    }

    /// <summary>All plugins that one needs, also through others that stay as they are.</summary>
    private static HashSet<string> Needs(PluginSet set, SetNode node)
    {
        var all = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<SetNode>([node]);
        while (open.TryPop(out var next))
        {
            foreach (var slug in next.Manifest?.Dependencies.Keys ?? [])
            {
                if (all.Add(slug) && set.TryFind(slug, out var needed))
                    open.Push(needed);
            }
        }

        return all;
    }
}
