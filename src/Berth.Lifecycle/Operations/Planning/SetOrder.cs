using Berth.Packaging.Dependencies;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The order in which a set is put in force: what others need comes first, then by slug.</summary>
internal static class SetOrder
{
    public static IReadOnlyList<SetNode> Of(PluginSet set)
    {
        var decided = set.Decided.ToDictionary(node => node.Slug, StringComparer.OrdinalIgnoreCase);

        // A set has no circles, so there is always an order.
        return DependencyOrder.Of(
            set.Decided,
            node => Needs(set, node).Select(decided.GetValueOrDefault).OfType<SetNode>().Where(needed => needed != node),
            Comparer<SetNode>.Create((one, other) => string.Compare(one.Slug, other.Slug, StringComparison.OrdinalIgnoreCase)));
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
