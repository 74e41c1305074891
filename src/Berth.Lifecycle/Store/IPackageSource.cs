using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>Where packages come from: the registry in the same process, or a registry over HTTP.</summary>
public interface IPackageSource
{
    /// <summary>All versions of a plugin, newest first; empty when there is no such plugin. Slug without regard to case.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>What may be installed, a page at a time.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default);

    /// <summary>The package's bytes. The caller checks the digest. Not necessarily seekable.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default);
}

/// <summary>One version on offer.</summary>
/// <param name="Slug">Canonical spelling.</param>
/// <param name="Version">The version.</param>
/// <param name="Digest">SHA-256 of the package.</param>
/// <param name="Size">Bytes of the package.</param>
/// <param name="TrustLevel">The registry's decision.</param>
/// <param name="IsYanked">Not offered any more; installed only when asked for exactly.</param>
/// <param name="Manifest">The validated manifest.</param>
public sealed record AvailableVersion(
    string Slug, SemanticVersion Version, string Digest, long Size, string TrustLevel, bool IsYanked, PluginManifest Manifest)
{
    /// <summary>Whether it is one user's private package and not on offer to others.</summary>
    public bool IsPrivate { get; init; }
}

/// <summary>What to look for.</summary>
public sealed record AvailableQuery(string Text = "", string? Category = null, int Limit = 20, string? Cursor = null);

/// <summary>One page; each entry is a plugin's newest version.</summary>
public sealed record AvailablePage(IReadOnlyList<AvailablePlugin> Plugins, int TotalCount, string? NextCursor);

/// <summary>One plugin on offer.</summary>
public sealed record AvailablePlugin(AvailableVersion Newest, long Downloads);

/// <summary>The registry does not answer.</summary>
public sealed class PackageSourceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
