using Berth.Packaging.Manifest;

namespace Berth.Host;

/// <summary>Finds the files of plugin versions; implemented over the shared store.</summary>
public interface IPluginVersionSource
{
    /// <summary>The version's files, or <see langword="null"/> when the store does not have it.</summary>
    ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken);

    /// <summary>
    /// The versions of a plugin that are there for everybody, in no order: what services of other plugins are looked for in.
    /// A user's private packages are not among them.
    /// </summary>
    ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<PluginVersionFiles>>([]);
}

/// <summary>Where a version lies and what it may do.</summary>
/// <param name="Id">The version.</param>
/// <param name="Directory">Its folder in the shared store, read-only.</param>
/// <param name="Manifest">Its validated manifest.</param>
/// <param name="TrustLevel">The registry's decision, as known when the version was installed.</param>
public sealed record PluginVersionFiles(PluginVersionId Id, string Directory, PluginManifest Manifest, string TrustLevel);
