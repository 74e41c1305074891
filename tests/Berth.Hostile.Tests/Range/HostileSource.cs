using Berth.Host;
using Berth.Packaging.Manifest;

namespace Berth.Hostile.Tests.Range;

/// <summary>The store: copies of the hostile plugins, which belong to the host as in a real one.</summary>
internal sealed class HostileSource : IPluginVersionSource
{
    /// <summary>The least trust that may use services of others.</summary>
    public const string Trust = "community";

    public const string Store = "/tmp/berth-store";

    public HostileSource(string level, IReadOnlyList<string> slugs)
    {
        foreach (var slug in slugs.Concat(slugs.Where(slug => slug != nameof(Neighbour)).Select(slug => Attacks.Find(slug).Accomplice).OfType<string>()))
        {
            var to = Path.Combine(Store, slug, "1.0.0");
            var from = Levels.FolderOf(slug, level);
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }

    public static string FolderOf(PluginVersionId id) => Path.Combine(Store, id.Slug, id.Version);

    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        var folder = FolderOf(id);
        var read = ManifestReader.Read(await File.ReadAllBytesAsync(Path.Combine(folder, "plugin.json"), cancellationToken));
        return read.IsAccepted
            // Found when it came into the store, as in a real one: nobody has to look through it at the load.
            ? new PluginVersionFiles(id, folder, read.Manifest!, Trust) { UndeclaredUse = [] }
            : throw new InvalidOperationException($"The manifest of {id} is not accepted: {string.Join("; ", read.Faults)}");
    }
}
