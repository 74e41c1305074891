using System.Text;
using Berth.Host;
using Berth.Packaging.Manifest;

namespace Berth.Bench.Material;

/// <summary>One small plugin under numbered slugs, with dependencies in a shape.</summary>
internal sealed class ShapedVersions : IPluginVersionSource
{
    private const string Version = "1.0.0";
    private readonly Dictionary<PluginVersionId, PluginVersionFiles> _files;

    /// <summary>Makes the versions; the code of all lies in one folder.</summary>
    public ShapedVersions(string folder, Shape shape, int count)
    {
        Directory.CreateDirectory(Path.Combine(folder, "lib", "net10.0"));
        File.Copy(BenchRun.Built("bench/SmallPlugin", "Small.dll"), Path.Combine(folder, "lib", "net10.0", "Small.dll"), overwrite: true);
        _files = Enumerable.Range(0, count).Select(i => Files(folder, shape, i)).ToDictionary(files => files.Id);
        Ids = [.. _files.Keys];
        Dead = Enumerable.Range(0, count).Where(i => shape == Shape.DeadDependency && IsDead(i)).Select(Id).ToHashSet();
    }

    public IReadOnlyList<PluginVersionId> Ids { get; }

    /// <summary>What cannot run.</summary>
    public IReadOnlySet<PluginVersionId> Dead { get; }

    public ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken) => ValueTask.FromResult(_files.GetValueOrDefault(id));

    public ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<PluginVersionFiles>>(_files.TryGetValue(new PluginVersionId(slug, Version), out var files) ? [files] : []);

    private static PluginVersionFiles Files(string folder, Shape shape, int i)
    {
        // Its manifest names an assembly that the package does not have.
        var assembly = shape == Shape.DeadDependency && i == 0 ? "Gone.dll" : "Small.dll";
        var needs = string.Join(", ", NeedsOf(shape, i).Select(need => $"\"{Id(need).Slug}\": \"^1\""));
        var read = ManifestReader.Read(Encoding.UTF8.GetBytes(
            $$"""{ "name": "{{Id(i).Slug}}", "version": "{{Version}}", "module": { "assembly": "lib/net10.0/{{assembly}}" }, "dependencies": { {{needs}} } }"""));
        return read.IsAccepted
            ? new PluginVersionFiles(Id(i), folder, read.Manifest!, "verified")
            : throw new InvalidOperationException(string.Join("; ", read.Faults));
    }

    private static IEnumerable<int> NeedsOf(Shape shape, int i) => shape switch
    {
        Shape.Chain when i > 0 => [i - 1],
        Shape.Wide when i > 0 => [0],
        Shape.Diamond => (i % 4) switch { 0 => [], 3 => [i - 2, i - 1], _ => [i - (i % 4)] },
        Shape.DeadDependency when i > 0 && IsDead(i) => [0],
        _ => [],
    };

    private static bool IsDead(int i) => i % 10 == 0;

    private static PluginVersionId Id(int i) => new($"Shaped{i}", Version);
}
