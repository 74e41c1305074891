using Berth.Host;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Store;

/// <summary>
/// The shared store: <c>plugins/shared/{slug}/v{version}/…</c>, one read-only copy of each version for everybody.
/// A version is there wholly or not at all: staged in <c>plugins/cache/temp</c>, checked by digest, fsynced, renamed.
/// </summary>
public interface ISharedStore : IPluginVersionSource
{
    /// <summary>A version in the store, or <see langword="null"/>. From memory once warm.</summary>
    ValueTask<StoredVersion?> FindVersionAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes sure the version is in the store; concurrent callers fetch it once. Before: there or not. After: there, every
    /// file's digest checked; under its number, or under a label with its digest when other bytes have that number. After a failure: as before, staging removed.
    /// </summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer and the version is not there.</exception>
    /// <exception cref="StoreException">The bytes are wrong, or the disk is full or read-only.</exception>
    Task<StoredVersion> EnsureAsync(AvailableVersion version, IPackageSource source, CancellationToken cancellationToken = default);
}

/// <summary>A version in the store.</summary>
/// <param name="Slug">Canonical spelling.</param>
/// <param name="Version">SemVer 2.0.0: the manifest's number, or the label <c>{number}+sha.{8 digits}</c> when other bytes had that number first.</param>
/// <param name="Digest">SHA-256 of the package it came from.</param>
/// <param name="Directory">Its folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="TrustLevel">The registry's decision when it was staged.</param>
/// <param name="Files">The author's files that may be served, by path.</param>
public sealed record StoredVersion(
    string Slug, string Version, string Digest, string Directory, PluginManifest Manifest, string TrustLevel, FileTable Files)
{
    /// <summary>What is served to those who take optimised files; <see langword="null"/> when there are none, or they may not be served now.</summary>
    public ServedVariant? Variant { get; init; }

    /// <summary>What is served to a user.</summary>
    public FileTable FilesFor(bool allowsVariant) => allowsVariant && Variant is { } variant ? variant.Files : Files;

    /// <summary>Whether it came from a user's private packages: then it is nobody else's to install.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Its signatures, as the text of a signature file; <see langword="null"/> when it has none.</summary>
    public string? Signatures { get; init; }
}

/// <summary>Optimised files of a version, and beside them the author's where there is no optimised one.</summary>
/// <param name="Digest">SHA-256 of the variant's package.</param>
/// <param name="Files">What is served, by path.</param>
public sealed record ServedVariant(string Digest, FileTable Files);

/// <summary>The store cannot take a version in. Nothing was kept.</summary>
/// <param name="code">
/// <c>store.digest_mismatch</c>, <c>store.digest_conflict</c>, <c>store.package_refused</c>, <c>store.too_large</c>,
/// <c>store.full</c>, <c>store.read_only</c> or <c>store.failed</c>; or a code of <see cref="Berth.Packaging.Signing.SignatureFaultCodes"/>.
/// </param>
/// <param name="message">For people, without a path.</param>
/// <param name="inner">What the disk said.</param>
public sealed class StoreException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Stable and dotted.</summary>
    public string Code => code;
}
