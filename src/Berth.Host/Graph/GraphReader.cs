namespace Berth.Host.Graph;

/// <summary>Reads from the store what a plan needs to know: what is wanted, and all versions of what that leads to.</summary>
internal sealed class GraphReader(IPluginVersionSource source, HostOptions options, Isolation.IPlacementRules rules)
{
    public async Task<VersionCatalogue> ReadAsync(IEnumerable<PluginVersionId> wanted, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<PluginVersionId, GraphVersion>();
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>();
        foreach (var id in wanted)
        {
            if (await source.FindAsync(id, cancellationToken) is { } files)
                Add(files);
        }

        while (open.TryDequeue(out var slug))
        {
            foreach (var files in await source.VersionsAsync(slug, cancellationToken))
                Add(files);
        }

        return new VersionCatalogue(versions.Values);

        void Add(PluginVersionFiles files)
        {
            var version = GraphVersion.Of(files, options, rules);
            if (!versions.TryAdd(files.Id, version))
                return;
            foreach (var slug in version.Needs.Keys.Concat(version.Uses.Keys).Where(asked.Add))
                open.Enqueue(slug);
        }
    }
}
