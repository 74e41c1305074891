using Berth.Packaging.Archive;
using Berth.Packaging.Manifest;
using Berth.Packaging.Scanning;

namespace Berth.Host;

/// <summary>Finds the files of plugin versions; implemented over the shared store.</summary>
public interface IPluginVersionSource
{
    /// <summary>The version's files, or <see langword="null"/> when the store does not have it.</summary>
    ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken);

    /// <summary>
    /// All versions of a plugin that are there, in any order; the slug without regard to case. Dependencies, and the providers of
    /// services, are chosen among them; private ones (<see cref="PluginVersionFiles.IsPrivate"/>) never for others. A source that does not say has nothing to offer: plugins that need others are refused then.
    /// </summary>
    ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<PluginVersionFiles>>([]);

    /// <summary>Forgets what it remembers of a version: the next <see cref="FindAsync"/> looks at what is there now.</summary>
    void Forget(PluginVersionId id)
    {
    }
}

/// <summary>Where a version lies and what it may do.</summary>
/// <param name="Id">The version.</param>
/// <param name="Directory">Its folder in the shared store, read-only.</param>
/// <param name="Manifest">Its validated manifest.</param>
/// <param name="TrustLevel">The registry's decision, as known when the version was installed.</param>
public sealed record PluginVersionFiles(PluginVersionId Id, string Directory, PluginManifest Manifest, string TrustLevel)
{
    /// <summary>Whether it is a package that a user keeps for themselves: it is a dependency of other such packages only.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>SHA-256 of the package it came from, lower-case hexadecimal; <see langword="null"/> when the source does not know.</summary>
    public string? Digest { get; init; }

    /// <summary>
    /// SHA-256 of every file of the package by its path, lower-case hexadecimal. With it, server-side files are checked before they
    /// are loaded; <see langword="null"/> for files that never were a package, for example of a version in development.
    /// </summary>
    public IReadOnlyDictionary<string, string>? FileDigests { get; init; }

    /// <summary>Every file of the package with its digest and size, as a signature covers them; <see langword="null"/> where <see cref="FileDigests"/> is.</summary>
    public IReadOnlyList<PackageFile>? PackageFiles { get; init; }

    /// <summary>What its code uses and its manifest does not declare; <see langword="null"/> when the source did not look, so that the host looks before it takes the code into its own process.</summary>
    public IReadOnlyList<UndeclaredUse>? UndeclaredUse { get; init; }

    /// <summary>The package's signatures, as the text of a signature file; <see langword="null"/> when it has none.</summary>
    public string? Signatures { get; init; }
}
