using System.Collections.Concurrent;
using Berth.Host;
using Berth.Packaging.Manifest;

namespace Berth.Bench.Material;

/// <summary>Many plugin versions on disk: one small plugin under numbered slugs.</summary>
internal sealed class VersionFolders(string root) : IPluginVersionSource
{
    private const string Version = "1.0.0";
    private const string Assembly = "Small.dll";
    private readonly ConcurrentDictionary<PluginVersionId, PluginVersionFiles> _known = new();

    /// <summary>Where they are.</summary>
    public string Root => root;

    /// <summary>Writes the folders.</summary>
    public IReadOnlyList<PluginVersionId> Create(int count)
    {
        var ids = Enumerable.Range(0, count).Select(i => new PluginVersionId($"Small{i}", Version)).ToList();
        foreach (var id in ids)
        {
            var lib = Directory.CreateDirectory(Path.Combine(FolderOf(id), "lib", "net10.0")).FullName;
            File.Copy(BenchRun.Built("bench/SmallPlugin", Assembly), Path.Combine(lib, Assembly));
            File.WriteAllText(Path.Combine(FolderOf(id), "plugin.json"), ManifestOf(id, "lib/net10.0/" + Assembly));
        }

        return ids;
    }

    /// <summary>Writes the folder of a version with the same endpoint in JavaScript, for the level <c>vm</c>.</summary>
    public PluginVersionId CreateScript()
    {
        var id = new PluginVersionId("SmallScript", Version);
        var code = Directory.CreateDirectory(Path.Combine(FolderOf(id), "vm")).FullName;
        File.WriteAllText(Path.Combine(code, "main.mjs"), $"export default {{ fetch: () => new Response('{Version}') }};\n");
        File.WriteAllText(Path.Combine(FolderOf(id), "plugin.json"), ManifestOf(id, "vm/main.mjs"));
        return id;
    }

    public string AssemblyOf(PluginVersionId id) => Path.Combine(FolderOf(id), "lib", "net10.0", Assembly);

    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known))
            return known;
        var read = ManifestReader.Read(await File.ReadAllBytesAsync(Path.Combine(FolderOf(id), "plugin.json"), cancellationToken));
        if (!read.IsAccepted)
            throw new InvalidOperationException($"{id}: {string.Join("; ", read.Faults)}");
        return _known[id] = new PluginVersionFiles(id, FolderOf(id), read.Manifest!, "verified");
    }

    private static string ManifestOf(PluginVersionId id, string assembly) =>
        $$"""{ "name": "{{id.Slug}}", "version": "{{id.Version}}", "module": { "assembly": "{{assembly}}" } }""";

    private string FolderOf(PluginVersionId id) => Path.Combine(root, id.Slug, $"v{id.Version}");
}
