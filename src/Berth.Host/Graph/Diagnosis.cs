using Berth.Packaging.Versioning;

namespace Berth.Host.Graph;

/// <summary>Why versions cannot run: for each all reasons at once, and circles by name.</summary>
internal sealed class Diagnosis(VersionCatalogue catalogue, Usability usable, IReadOnlyDictionary<GraphVersion, GraphReason> excluded)
{
    private const int MostShown = 8;
    private readonly Dictionary<GraphVersion, IReadOnlyList<GraphVersion>> _circles = [];

    public LoadRefusal Of(GraphVersion version) => new(version.Id, [.. ReasonsOf(version, isNested: false)]) { IsCritical = version.IsCritical };

    /// <summary>The circles that some of them are part of, or need; each once, beginning with the member that comes first.</summary>
    public IReadOnlyList<IReadOnlyList<PluginVersionId>> CirclesAmong(IEnumerable<GraphVersion> refused) =>
        [.. refused.SelectMany(Below).Distinct().Order(GraphOrder.Instance).Select(CircleOf).Where(circle => circle.Count > 0)
            .Select(Turned).DistinctBy(circle => string.Join('\n', circle.Select(member => member.Id)))
            .Select(circle => circle.Select(member => member.Id).ToList())];

    private IEnumerable<GraphReason> ReasonsOf(GraphVersion version, bool isNested)
    {
        if (version.Fault is { } fault)
            yield return fault;
        if (excluded.TryGetValue(version, out var conflict))
            yield return conflict;
        var circle = CircleOf(version);
        if (circle.Count > 0)
            yield return new GraphReason("dependency.cycle", $"{Shown([.. circle, circle[0]])}: each of them needs the next one, so none can be loaded first. Their publishers have to break the circle.");
        foreach (var slug in usable.UnmetNeeds(catalogue, version))
        {
            var range = version.Needs[slug];
            if (BestOf(version, slug) is not { } best)
                yield return Absent(version, slug, range);
            else if (circle.Count == 0 || !circle.Contains(best))
            {
                // Below the first level only causes are told, not the way to them again.
                if (!isNested)
                    yield return Dead(version, slug, range, best);
            }
        }
    }

    private GraphReason Absent(GraphVersion version, string slug, VersionRange range)
    {
        var all = catalogue.Of(slug).Where(other => !other.IsPrivate || version.IsPrivate).Select(other => other.Id.Version).ToList();
        if (all.Count == 0)
            return new GraphReason("dependency.missing", $"{version} needs {slug} {range}, and the store of this host has no version of it. Install {slug}.");
        var shown = string.Join(", ", all.Take(MostShown)) + (all.Count > MostShown ? $" and {all.Count - MostShown} more" : "");
        return new GraphReason("dependency.version", $"{version} needs {slug} {range}, and the store of this host has only {shown}. Install a version of {slug} that fits.");
    }

    /// <summary>Follows what is in the way down to its causes.</summary>
    private GraphReason Dead(GraphVersion version, string slug, VersionRange range, GraphVersion best)
    {
        List<GraphVersion> path = [best];
        List<GraphReason> causes;
        while ((causes = [.. ReasonsOf(path[^1], isNested: true)]).Count == 0)
            path.Add(NextOf(path[^1]).First());
        var way = path.Count > 1 ? $" ({Shown(path)})" : "";
        return new GraphReason("dependency.failed", $"{version} needs {slug} {range}, and {best} cannot run{way}: {string.Join(" ", causes.Select(cause => cause.Message))}");
    }

    private GraphVersion? BestOf(GraphVersion version, string slug) => catalogue.For(version, slug, version.Needs[slug]).FirstOrDefault();

    /// <summary>What it would get for its unmet needs.</summary>
    private IEnumerable<GraphVersion> NextOf(GraphVersion version) =>
        usable.UnmetNeeds(catalogue, version).Select(slug => BestOf(version, slug)).OfType<GraphVersion>();

    /// <summary>The shortest way from a version back to itself, without its end; empty when there is none.</summary>
    private IReadOnlyList<GraphVersion> CircleOf(GraphVersion version)
    {
        if (_circles.TryGetValue(version, out var known))
            return known;
        var before = new Dictionary<GraphVersion, GraphVersion>();
        var open = new Queue<GraphVersion>([version]);
        while (open.TryDequeue(out var next))
        {
            foreach (var further in NextOf(next))
            {
                if (further == version)
                    return _circles[version] = Walk(before, next);
                if (before.TryAdd(further, next))
                    open.Enqueue(further);
            }
        }

        return _circles[version] = [];
    }

    private HashSet<GraphVersion> Below(GraphVersion version)
    {
        var below = new HashSet<GraphVersion>();
        var open = new Stack<GraphVersion>([version]);
        while (open.TryPop(out var next))
        {
            if (!below.Add(next))
                continue;
            foreach (var further in NextOf(next))
                open.Push(further);
        }

        return below;
    }

    private static List<GraphVersion> Walk(Dictionary<GraphVersion, GraphVersion> before, GraphVersion end)
    {
        List<GraphVersion> way = [end];
        while (before.TryGetValue(way[^1], out var earlier))
            way.Add(earlier);
        way.Reverse();
        return way;
    }

    private static List<GraphVersion> Turned(IReadOnlyList<GraphVersion> circle)
    {
        var first = circle.Order(GraphOrder.Instance).First();
        return [.. circle.SkipWhile(member => member != first), .. circle.TakeWhile(member => member != first)];
    }

    /// <summary>A way by its names; the middle of a long one is left out, or five hundred refusals would each name five hundred.</summary>
    private static string Shown(List<GraphVersion> way) => way.Count <= MostShown
        ? string.Join(" → ", way)
        : string.Join(" → ", [.. way.Take(MostShown - 2).Select(version => $"{version}"), $"… ({way.Count - MostShown + 1} more)", $"{way[^1]}"]);
}
