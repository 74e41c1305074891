using Berth.Packaging.Manifest;

namespace Berth.Host.Caches;

/// <summary>Reads manifests through the cache.</summary>
internal sealed class ManifestCache(HostCaches caches) : IManifestCache
{
    // To be raised when ManifestReader judges otherwise than before.
    private const int RuleSet = 1;

    public async ValueTask<PluginManifest?> ReadAsync(PluginVersionId id, string directory, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(directory, "plugin.json");
        if (!File.Exists(path))
            return null;

        // The stamp is taken before the bytes are read: a write in between makes an entry that nobody asks for.
        var stamp = ContentStamp.OfFile(path);
        return await caches.Manifests.GetAsync(
            new ContentKey(id, RuleSet, stamp.Text),
            () => ReadAsync(id, path),
            manifest => stamp.IsSettled ? CachingWish.Of(manifest, "manifestCache") : CachingWish.Never,
            cancellationToken);
    }

    private static async Task<PluginManifest> ReadAsync(PluginVersionId id, string path)
    {
        var outcome = ManifestReader.Read(await File.ReadAllBytesAsync(path));
        return outcome.IsAccepted
            ? outcome.Manifest
            : throw new InvalidDataException($"The manifest of {id} in the store breaks the rules: {string.Join("; ", outcome.Faults)}. Repair the installation.");
    }
}
