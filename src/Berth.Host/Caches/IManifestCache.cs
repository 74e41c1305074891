using Berth.Packaging.Manifest;

namespace Berth.Host.Caches;

/// <summary>Manifests of versions on disk, read and validated once for each content.</summary>
public interface IManifestCache
{
    /// <summary>
    /// The manifest as it is on disk now: a file that was written since is read again, however recently it was read.
    /// </summary>
    /// <param name="id">The version.</param>
    /// <param name="directory">Its folder.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns><see langword="null"/> when there is no <c>plugin.json</c>.</returns>
    /// <exception cref="InvalidDataException">It breaks the rules; the message has all reasons.</exception>
    ValueTask<PluginManifest?> ReadAsync(PluginVersionId id, string directory, CancellationToken cancellationToken = default);
}
