using Berth.Registry.Catalog;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>The upstream registry behind this one.</summary>
public interface IUpstream
{
    /// <summary>Where a plugin comes from: <see langword="null"/> from here, otherwise <c>fresh</c>, or <c>stale</c> when the upstream is away and this is what it said last.</summary>
    string? StateOf(string slug);

    /// <summary>
    /// Makes sure that the bytes of a version that comes from upstream are in the package store. Fetched once, however many ask;
    /// there only when their digest is the one that was promised.
    /// </summary>
    /// <exception cref="UpstreamAwayException">They cannot be fetched.</exception>
    Task EnsureBytesAsync(VersionRecord version, CancellationToken cancellationToken = default);

    /// <summary>
    /// The bytes of a version while they come from upstream into the package store; <see langword="null"/> when they are there
    /// or need not come. Waits for the first of them, so that what upstream does not have is an error and no broken answer.
    /// </summary>
    /// <exception cref="UpstreamAwayException">They cannot be fetched.</exception>
    Task<ArrivingPackage?> OpenAsync(VersionRecord version, CancellationToken cancellationToken = default);
}
