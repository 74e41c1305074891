using Berth.Packaging.Versioning;

namespace Berth.Host.Graph;

/// <summary>
/// What versions use when it is there: brought up before them, where that closes no circle. Nothing here refuses anybody;
/// what is left out is told with its reason.
/// </summary>
internal sealed class OptionalUses
{
    private readonly Dictionary<GraphVersion, List<GraphVersion>> _uses = [];
    private readonly List<SkippedUse> _skipped = [];
    private readonly VersionCatalogue _catalogue;

    private OptionalUses(VersionCatalogue catalogue, Usability usable, IReadOnlyCollection<GraphVersion> wanted)
    {
        _catalogue = catalogue;
        Selection = Select(usable, wanted);
        foreach (var version in Selection.Live)
        {
            foreach (var (slug, range) in Of(version))
                Connect(version, slug, range);
        }
    }

    /// <summary>What runs, with what is used.</summary>
    public VersionSelection Selection { get; }

    public IReadOnlyList<SkippedUse> Skipped => _skipped;

    public static OptionalUses Of(VersionCatalogue catalogue, Usability usable, IReadOnlyCollection<GraphVersion> wanted) => new(catalogue, usable, wanted);

    public IReadOnlyList<GraphVersion> UsedBy(GraphVersion version) => _uses.TryGetValue(version, out var used) ? used : [];

    /// <summary>What is used and does not run for another reason comes along, with what it needs. It changes no choice that was made without it.</summary>
    private VersionSelection Select(Usability usable, IReadOnlyCollection<GraphVersion> roots)
    {
        var selection = new VersionSelection(_catalogue, usable);
        while (roots.Count > 0)
        {
            selection.Add(roots);
            roots = (from version in selection.Live
                     from use in Of(version)
                     where !_catalogue.For(version, use.Key, use.Value).Any(selection.IsLive)
                     let best = _catalogue.For(version, use.Key, use.Value).FirstOrDefault(usable.Contains)
                     where best is not null
                     select best).Distinct().ToList();
        }

        return selection;
    }

    private void Connect(GraphVersion version, string slug, VersionRange range)
    {
        if (_catalogue.For(version, slug, range).FirstOrDefault(Selection.IsLive) is not { } used)
            Skip(_catalogue.Of(slug).Count == 0 ? $"{slug} {range} is not in the store" : $"no version of {slug} in the store fits {range} and can run");
        else if (LeadsTo(used, version))
            Skip($"{used} needs {version.Id.Slug} itself, so it cannot come first");
        else if (_uses.TryGetValue(version, out var uses))
            uses.Add(used);
        else
            _uses[version] = [used];

        void Skip(string why) => _skipped.Add(new SkippedUse(version.Id, slug, $"{version} runs without {slug} before it: {why}."));
    }

    private bool LeadsTo(GraphVersion from, GraphVersion to)
    {
        var seen = new HashSet<GraphVersion>();
        var open = new Stack<GraphVersion>([from]);
        while (open.TryPop(out var version))
        {
            if (version == to)
                return true;
            if (!seen.Add(version))
                continue;
            foreach (var next in Selection.NeedsOf(version).Concat(UsedBy(version)))
                open.Push(next);
        }

        return false;
    }

    private static IEnumerable<KeyValuePair<string, VersionRange>> Of(GraphVersion version) => version.Uses.OrderBy(use => use.Key, StringComparer.OrdinalIgnoreCase);
}
