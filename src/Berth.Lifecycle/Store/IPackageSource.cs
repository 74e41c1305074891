using Berth.Packaging.Manifest;
using Berth.Packaging.Signing;
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

    /// <summary>A derived package of a version, or <see langword="null"/> when there is none to hand out.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    Task<OfferedVariant?> OpenVariantAsync(AvailableVersion version, string kind, CancellationToken cancellationToken = default) => Task.FromResult<OfferedVariant?>(null);

    /// <summary>The keys whose signatures the registry accepts, its own among them. A source that does not say knows none.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    ValueTask<IReadOnlyList<AvailableKey>> KeysAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<IReadOnlyList<AvailableKey>>([]);

    /// <summary>
    /// The slugs of a publisher's plugins; <see langword="null"/> when there is no such publisher. A source that does not say knows none.
    /// </summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    ValueTask<IReadOnlyList<string>?> SlugsOfAsync(string publisher, CancellationToken cancellationToken = default) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    /// <summary>Whether the registry is this installation's own, in the same database: then there is nobody in between to be mistaken for it.</summary>
    bool IsOwnRegistry => false;
}

/// <summary>A key that a registry knows.</summary>
/// <param name="Key">The key with its times.</param>
/// <param name="Vouch">Of the registry's own keys: the word of the key before it (<see cref="KeyVouch"/>).</param>
public sealed record AvailableKey(TrustedKey Key, string? Vouch = null);

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

    /// <summary>Its signatures, as the text of a signature file; <see langword="null"/> when it has none.</summary>
    public string? Signatures { get; init; }

    /// <summary>When it became visible, where the source tells.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Channels that were pointed to this version: they give it and nothing newer.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>What its publisher says against using it.</summary>
    public AvailableDeprecation? Deprecation { get; init; }

    /// <summary>Why it is not offered any more.</summary>
    public string? YankReason { get; init; }

    /// <summary>What the registry's scan said of it, for example <c>passed</c>, where the source tells.</summary>
    public string? Scan { get; init; }
}

/// <summary>What a publisher says against using a version.</summary>
/// <param name="Message">Why, and what to do instead.</param>
/// <param name="Successor">The slug of the plugin that takes its place.</param>
/// <param name="SuccessorVersion">A version or range of it.</param>
public sealed record AvailableDeprecation(string Message, string? Successor, string? SuccessorVersion)
{
    /// <summary>In one sentence, with the successor.</summary>
    public override string ToString() =>
        Message + (Successor is null ? "" : $" Use {Successor}{(SuccessorVersion is null ? "" : $" {SuccessorVersion}")} instead.");
}

/// <summary>What to look for.</summary>
public sealed record AvailableQuery(string Text = "", string? Category = null, int Limit = 20, string? Cursor = null);

/// <summary>One page; each entry is a plugin's newest version.</summary>
public sealed record AvailablePage(IReadOnlyList<AvailablePlugin> Plugins, int TotalCount, string? NextCursor);

/// <summary>One plugin on offer.</summary>
public sealed record AvailablePlugin(AvailableVersion Newest, long Downloads);

/// <summary>The registry does not answer.</summary>
public sealed class PackageSourceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
