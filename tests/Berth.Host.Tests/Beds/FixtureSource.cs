using System.Collections.Concurrent;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Beds;

/// <summary>The golden plugins in the test's output as a version source.</summary>
internal sealed class FixtureSource : IPluginVersionSource
{
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    private readonly ConcurrentDictionary<string, string> _trust = new();

    public int Finds { get; private set; }

    public Func<PluginVersionFiles, PluginVersionFiles> Change { get; set; } = files => files;

    public void Trust(string slug, string level) => _trust[slug] = level;

    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        Finds++;
        var folder = Path.Combine(Root, id.Slug, id.Version);
        var path = Path.Combine(folder, "plugin.json");
        if (!File.Exists(path))
            return null;
        var outcome = ManifestReader.Read(await File.ReadAllBytesAsync(path, cancellationToken));
        outcome.IsAccepted.ShouldBeTrue($"{path}: {string.Join("; ", outcome.Faults)}");
        return Change(new PluginVersionFiles(id, folder, outcome.Manifest!, _trust.GetValueOrDefault(id.Slug, "verified")));
    }

    /// <summary>Versions that everybody may use: none of a plugin unless a test says so.</summary>
    public ConcurrentDictionary<string, string[]> Public { get; } = new();

    public async ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken)
    {
        var found = new List<PluginVersionFiles>();
        foreach (var version in Public.GetValueOrDefault(slug, []))
            found.Add((await FindAsync(new PluginVersionId(slug, version), cancellationToken)).ShouldNotBeNull());
        return found;
    }
}
