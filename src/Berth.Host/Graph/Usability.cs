namespace Berth.Host.Graph;

/// <summary>
/// Which versions can run: nothing of their own is in the way, and for each need there is a version that can run too. The
/// smallest such set is meant, so versions that only hold each other up in a circle are not in it.
/// </summary>
internal sealed class Usability
{
    private readonly Dictionary<GraphVersion, int> _ranks = [];

    private Usability()
    {
    }

    public static Usability Of(VersionCatalogue catalogue, IReadOnlyDictionary<GraphVersion, GraphReason> excluded)
    {
        var usable = new Usability();
        foreach (var slugs in StrongComponents.Of(catalogue.Slugs, slug => SlugsNeededBy(catalogue, slug), StringComparer.OrdinalIgnoreCase))
        {
            var waiting = slugs.SelectMany(catalogue.Of).Where(version => version.Fault is null && !excluded.ContainsKey(version)).Order(GraphOrder.Instance).ToList();
            while (waiting.RemoveAll(version => usable.TryAdd(catalogue, version)) > 0)
            {
                // Whatever it needs outside of its group is decided by now; inside, each round can let others in.
            }
        }

        return usable;
    }

    public bool Contains(GraphVersion version) => _ranks.ContainsKey(version);

    /// <summary>When it was found: for every need there is a version of a lower rank, so going down always ends.</summary>
    public int RankOf(GraphVersion version) => _ranks[version];

    /// <summary>The needs of a version for which no version can run.</summary>
    public IEnumerable<string> UnmetNeeds(VersionCatalogue catalogue, GraphVersion version) => version.Needs
        .Where(need => !catalogue.For(version, need.Key, need.Value).Any(Contains))
        .Select(need => need.Key)
        .Order(StringComparer.OrdinalIgnoreCase);

    private bool TryAdd(VersionCatalogue catalogue, GraphVersion version) =>
        !UnmetNeeds(catalogue, version).Any() && _ranks.TryAdd(version, _ranks.Count);

    private static IEnumerable<string> SlugsNeededBy(VersionCatalogue catalogue, string slug) =>
        catalogue.Of(slug).SelectMany(version => version.Needs.Keys).Where(need => catalogue.Of(need).Count > 0).Order(StringComparer.OrdinalIgnoreCase);
}
