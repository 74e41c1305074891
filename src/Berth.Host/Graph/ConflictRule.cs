namespace Berth.Host.Graph;

/// <summary>
/// A version cannot run whose needs, taken together, exclude each other. Two plugins that exclude each other and serve
/// different users may both run: who has what together is decided where things are installed.
/// </summary>
internal static class ConflictRule
{
    /// <summary>Adds who cannot run. Returns whether there was anybody new.</summary>
    public static bool Exclude(VersionSelection selection, Dictionary<GraphVersion, GraphReason> excluded)
    {
        var before = excluded.Count;
        var live = selection.Live.ToList();
        var neededBy = live.SelectMany(version => selection.NeedsOf(version).Select(need => (need, version))).ToLookup(pair => pair.need, pair => pair.version);
        foreach (var one in live.Where(version => version.Conflicts.Count > 0))
        {
            foreach (var (slug, range) in one.Conflicts.OrderBy(conflict => conflict.Key, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var other in live.Where(version => string.Equals(version.Id.Slug, slug, StringComparison.OrdinalIgnoreCase) && range.Contains(version.Version, includePrerelease: true)))
                {
                    var both = Above(one, neededBy);
                    both.IntersectWith(Above(other, neededBy));
                    foreach (var version in both.Order(GraphOrder.Instance))
                        excluded.TryAdd(version, Reason(version, one, other, $"{slug} {range}"));
                }
            }
        }

        return excluded.Count > before;
    }

    private static GraphReason Reason(GraphVersion version, GraphVersion one, GraphVersion other, string excludes) => new(
        "dependency.conflict",
        version == one
            ? $"{version} cannot be together with {excludes}, and what it needs brings {other}. Its publisher has to say which of the two is right."
            : $"{version} needs both {one} and {other}, and {one} cannot be together with {excludes}. Install versions that get along.");

    private static HashSet<GraphVersion> Above(GraphVersion version, ILookup<GraphVersion, GraphVersion> neededBy)
    {
        var above = new HashSet<GraphVersion>();
        var open = new Stack<GraphVersion>([version]);
        while (open.TryPop(out var next))
        {
            if (!above.Add(next))
                continue;
            foreach (var dependant in neededBy[next])
                open.Push(dependant);
        }

        return above;
    }
}
