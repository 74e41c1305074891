namespace Berth.Host.Graph;

/// <summary>
/// Which version each one gets for what it needs: the newest that fits all who need the plugin, and where there is none,
/// for each the newest that fits it. Versions of one plugin run side by side, so nobody is refused for what others ask.
/// </summary>
/// <remarks>
/// Plugins are settled from the dependants down, so that all who need one are known when its turn comes. Plugins whose
/// versions lead to each other have no such order: among them each gets the newest one that was found usable before it.
/// </remarks>
internal sealed class VersionSelection
{
    private readonly Dictionary<GraphVersion, SortedDictionary<string, GraphVersion>> _live = [];
    private readonly Dictionary<string, List<Demand>> _demands = new(StringComparer.OrdinalIgnoreCase);
    private readonly VersionCatalogue _catalogue;
    private readonly Usability _usable;
    private readonly List<HashSet<string>> _groups;

    public VersionSelection(VersionCatalogue catalogue, Usability usable)
    {
        (_catalogue, _usable) = (catalogue, usable);
        _groups = [.. StrongComponents.Of(catalogue.Slugs, SlugsNeededBy, StringComparer.OrdinalIgnoreCase)
            .Reverse().Select(group => new HashSet<string>(group, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>What runs, in the order of ties.</summary>
    public IEnumerable<GraphVersion> Live => _live.Keys.Order(GraphOrder.Instance);

    /// <summary>What a version got for its needs, by slug.</summary>
    public IEnumerable<GraphVersion> NeedsOf(GraphVersion version) => _live[version].Values;

    public bool IsLive(GraphVersion version) => _live.ContainsKey(version);

    /// <summary>Selects some usable versions and what they need. What was selected before stays as it is, and is shared where it fits.</summary>
    public void Add(IReadOnlyCollection<GraphVersion> roots)
    {
        _demands.Clear();
        foreach (var group in _groups)
            Settle(group, roots);
    }

    private void Settle(HashSet<string> group, IReadOnlyCollection<GraphVersion> roots)
    {
        var open = new Stack<GraphVersion>(roots.Where(root => group.Contains(root.Id.Slug)));
        foreach (var slug in group.Where(_demands.ContainsKey))
        {
            var demands = _demands[slug];
            var common = _catalogue.ForAll(slug, demands).FirstOrDefault(IsLive) ?? _catalogue.ForAll(slug, demands).FirstOrDefault(_usable.Contains);
            foreach (var demand in demands)
            {
                var choice = common ?? _catalogue.ForAll(slug, [demand]).First(_usable.Contains);
                _live[demand.From][slug] = choice;
                open.Push(choice);
            }
        }

        while (open.TryPop(out var version))
        {
            if (_live.TryAdd(version, new(StringComparer.OrdinalIgnoreCase)))
                Follow(version, group, open);
        }
    }

    private void Follow(GraphVersion version, HashSet<string> group, Stack<GraphVersion> open)
    {
        foreach (var (slug, range) in version.Needs)
        {
            if (group.Contains(slug))
            {
                var choice = _catalogue.For(version, slug, range).First(other => _usable.Contains(other) && _usable.RankOf(other) < _usable.RankOf(version));
                _live[version][slug] = choice;
                open.Push(choice);
            }
            else
            {
                if (!_demands.TryGetValue(slug, out var demands))
                    _demands[slug] = demands = [];
                demands.Add(new Demand(version, range));
            }
        }
    }

    private IEnumerable<string> SlugsNeededBy(string slug) =>
        _catalogue.Of(slug).Where(_usable.Contains).SelectMany(version => version.Needs.Keys).Order(StringComparer.OrdinalIgnoreCase);
}
