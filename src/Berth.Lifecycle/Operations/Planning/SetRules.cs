using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// The rules of a set. Only what touches a decided version is looked at: an installation that was broken before does not
/// keep its user from anything else.
/// </summary>
internal static class SetRules
{
    private static readonly Dictionary<string, VersionRange> Nothing = [];

    /// <summary>What the set breaks, in an order that depends on nothing but the set.</summary>
    public static IEnumerable<Violation> Violations(PluginSet set)
    {
        foreach (var node in set.Decided)
        {
            foreach (var violation in OfDecided(set, node))
                yield return violation;
        }

        foreach (var kept in set.Kept)
        {
            foreach (var violation in OfKept(set, kept))
                yield return violation;
        }

        if (CycleIn(set) is { } cycle)
            yield return cycle;
    }

    private static IEnumerable<Violation> OfDecided(PluginSet set, SetNode node)
    {
        if (node.Faults.Count > 0)
            yield return new Violation(ViolationKind.Fault, node, node.Slug);
        foreach (var (slug, range) in node.Manifest?.Dependencies ?? Nothing)
        {
            if (!set.TryFind(slug, out var needed))
                yield return new Violation(ViolationKind.Missing, node, slug) { Range = range, Open = slug };
            else if (!needed.IsEnabled)
                yield return new Violation(ViolationKind.Disabled, node, slug) { To = needed, Range = range };
            else if (!needed.Fits(range))
                yield return new Violation(ViolationKind.Version, node, slug) { To = needed, Range = range, Open = needed.IsKept ? slug : null };
        }

        foreach (var (slug, range) in node.Manifest?.OptionalDependencies ?? Nothing)
        {
            if (set.TryFind(slug, out var used) && used.IsEnabled && !used.Fits(range))
                yield return new Violation(ViolationKind.Version, node, slug) { To = used, Range = range, Open = used.IsKept ? slug : null };
        }

        foreach (var (slug, range) in node.Manifest?.Conflicts ?? Nothing)
        {
            if (!IsSlug(slug, node.Slug) && set.TryFind(slug, out var other) && range.Contains(other.Version, includePrerelease: true))
                yield return new Violation(ViolationKind.Conflict, node, slug) { To = other, Range = range, Open = other.IsKept ? slug : null };
        }
    }

    private static IEnumerable<Violation> OfKept(PluginSet set, SetNode kept)
    {
        var needs = (kept.Manifest?.Dependencies ?? Nothing).Select(need => (need.Key, need.Value, IsOptional: false));
        var uses = (kept.Manifest?.OptionalDependencies ?? Nothing).Select(use => (use.Key, use.Value, IsOptional: true));
        foreach (var (slug, range, isOptional) in kept.IsEnabled ? needs.Concat(uses) : [])
        {
            if (set.TryFind(slug, out var needed) && !needed.IsKept && (needed.IsEnabled || !isOptional) && !needed.Fits(range))
                yield return new Violation(ViolationKind.Version, kept, slug) { To = needed, Range = range, Open = kept.Slug };
        }

        foreach (var (slug, range) in kept.Manifest?.Conflicts ?? Nothing)
        {
            if (set.TryFind(slug, out var other) && !other.IsKept && range.Contains(other.Version, includePrerelease: true))
                yield return new Violation(ViolationKind.Conflict, kept, slug) { To = other, Range = range, Open = kept.Slug };
        }
    }

    /// <summary>The first circle of needs that goes through a decided version.</summary>
    private static Violation? CycleIn(PluginSet set)
    {
        foreach (var start in set.Decided)
        {
            if (PathBack(set, start, start, [start.Slug], new HashSet<string>(StringComparer.OrdinalIgnoreCase)) is not { } path)
                continue;
            var open = path.FirstOrDefault(slug => set.TryFind(slug, out var node) && node.IsKept);
            return new Violation(ViolationKind.Cycle, start, start.Slug) { Cycle = path, Open = open };
        }

        return null;
    }

    private static List<string>? PathBack(PluginSet set, SetNode start, SetNode at, List<string> path, HashSet<string> seen)
    {
        foreach (var slug in (at.Manifest?.Dependencies ?? Nothing).Keys)
        {
            if (IsSlug(slug, start.Slug))
                return [.. path, start.Slug];
            if (!seen.Add(slug) || !set.TryFind(slug, out var next))
                continue;
            path.Add(next.Slug);
            if (PathBack(set, start, next, path, seen) is { } found)
                return found;
            path.RemoveAt(path.Count - 1);
        }

        return null;
    }

    public static bool IsSlug(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
