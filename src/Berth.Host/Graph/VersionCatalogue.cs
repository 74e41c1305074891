using Berth.Packaging.Versioning;

namespace Berth.Host.Graph;

/// <summary>All versions that there are to choose from.</summary>
internal sealed class VersionCatalogue
{
    private readonly Dictionary<string, List<GraphVersion>> _bySlug = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<PluginVersionId, GraphVersion> _byId = [];

    public VersionCatalogue(IEnumerable<GraphVersion> versions)
    {
        foreach (var version in versions)
            _byId.TryAdd(version.Id, version);
        All = [.. _byId.Values.Order(GraphOrder.Instance)];
        foreach (var version in All.Reverse().OrderByDescending(version => version.Version).ThenBy(version => version.Id.Version, StringComparer.Ordinal))
        {
            if (!_bySlug.TryGetValue(version.Id.Slug, out var list))
                _bySlug[version.Id.Slug] = list = [];
            list.Add(version);
        }

        Slugs = [.. _bySlug.Keys.Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Every version, in the order of ties.</summary>
    public IReadOnlyList<GraphVersion> All { get; }

    public IReadOnlyList<string> Slugs { get; }

    public GraphVersion? Find(PluginVersionId id) => _byId.GetValueOrDefault(id);

    /// <summary>The versions of a plugin, newest first.</summary>
    public IReadOnlyList<GraphVersion> Of(string slug) => _bySlug.TryGetValue(slug, out var versions) ? versions : [];

    /// <summary>
    /// What could be what a version asks for, best first: the newest stable one. Prereleases come last, and do come: an
    /// installation on a channel that sees them is a dependency like any other.
    /// </summary>
    public IEnumerable<GraphVersion> For(GraphVersion from, string slug, VersionRange range) => ForAll(slug, [new Demand(from, range)]);

    /// <summary>What could be what several ask for, best first.</summary>
    public IEnumerable<GraphVersion> ForAll(string slug, IReadOnlyList<Demand> demands) => Of(slug)
        .Where(version => demands.All(demand => demand.Admits(version)))
        .OrderBy(version => demands.All(demand => demand.Range.Contains(version.Version)) ? 0 : 1);
}

/// <summary>What one version asks of a plugin.</summary>
internal readonly record struct Demand(GraphVersion From, VersionRange Range)
{
    public bool Admits(GraphVersion version) => (!version.IsPrivate || From.IsPrivate) && Range.Contains(version.Version, includePrerelease: true);
}
