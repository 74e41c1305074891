using System.Collections.Concurrent;
using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Beds;

/// <summary>The golden plugins in the test's output as a version source.</summary>
internal sealed class FixtureSource : IPluginVersionSource
{
    // As the store's files are: readable to the users of workers, wherever the tests were built.
    public static string Root { get; } = Berth.Host.Isolation.Worker.WorkerFolder.ReadableFrom(Path.Combine(AppContext.BaseDirectory, "fixtures"), new Berth.Host.Isolation.IsolationOptions().RunDirectory);

    private readonly ConcurrentDictionary<string, string> _trust = new();
    private readonly ConcurrentDictionary<PluginVersionId, PluginVersionFiles> _added = new();

    public int Finds { get; private set; }

    public Func<PluginVersionFiles, PluginVersionFiles> Change { get; set; } = files => files;

    /// <summary>Adds a golden plugin under another name, with other members in its manifest: <c>"dependencies": { … }</c>.</summary>
    public PluginVersionId Add(string slug, string members = "", string fixture = "Link", string version = "1.0.0")
    {
        var json = $$"""{ "name": "{{slug}}", "version": "{{version}}", "module": { "assembly": "lib/net10.0/{{fixture}}.dll" }{{(members.Length > 0 ? ", " + members : "")}} }""";
        var outcome = ManifestReader.Read(Encoding.UTF8.GetBytes(json));
        outcome.IsAccepted.ShouldBeTrue(string.Join("; ", outcome.Faults));
        var id = new PluginVersionId(slug, version);
        _added[id] = new PluginVersionFiles(id, Path.Combine(Root, fixture, "1.0.0"), outcome.Manifest!, "verified");
        return id;
    }

    public void Trust(string slug, string level) => _trust[slug] = level;

    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        Finds++;
        if (_added.TryGetValue(id, out var added))
            return Change(added with { TrustLevel = _trust.GetValueOrDefault(id.Slug, "verified") });
        var folder = Path.Combine(Root, id.Slug, id.Version);
        var path = Path.Combine(folder, "plugin.json");
        if (!File.Exists(path))
            return null;
        var outcome = ManifestReader.Read(await File.ReadAllBytesAsync(path, cancellationToken));
        outcome.IsAccepted.ShouldBeTrue($"{path}: {string.Join("; ", outcome.Faults)}");
        return Change(new PluginVersionFiles(id, folder, outcome.Manifest!, _trust.GetValueOrDefault(id.Slug, "verified")));
    }

    /// <summary>When set, the versions that everybody may use: of a plugin that is not named, none. Otherwise all there are.</summary>
    public ConcurrentDictionary<string, string[]>? Public { get; set; }

    public async ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Root, slug);
        var ids = (Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [])
            .Select(version => new PluginVersionId(slug, Path.GetFileName(version))).Concat(_added.Keys.Where(id => id.Slug == slug));
        var found = new List<PluginVersionFiles>();
        foreach (var id in ids)
        {
            if (Public is null || Public.GetValueOrDefault(slug, []).Contains(id.Version))
                found.Add((await FindAsync(id, cancellationToken))!);
        }

        return found;
    }
}
