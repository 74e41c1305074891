using Berth.Data.Blobs;
using Berth.Host;
using Berth.Packaging.Archive;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>Finds the very bytes of a version by their digest: among this server's packages, private ones included, or at the registry.</summary>
internal sealed class PackageFinder(IEnumerable<IPackageBlobs> packages, IPackageSource registry)
{
    /// <summary>The trust of a version whose index is lost and that no registry offers.</summary>
    private const string Lowest = "community";

    /// <summary>The version with a source for its bytes, or <see langword="null"/> when nobody has these bytes.</summary>
    /// <exception cref="PackageSourceUnavailableException">They are not here, and the registry does not answer.</exception>
    public async Task<(AvailableVersion Version, IPackageSource Source)?> FindAsync(
        PluginVersionId id, string digest, string? trustLevel, CancellationToken cancellationToken)
    {
        foreach (var blobs in packages)
        {
            if (await ReadAsync(blobs, digest, cancellationToken) is { } package && IsVersion(package, id))
            {
                var offered = await OfferAsync(id, digest, cancellationToken);
                var version = new AvailableVersion(
                    id.Slug, package.Manifest.Version, digest, package.Size, trustLevel ?? offered?.TrustLevel ?? Lowest, false, package.Manifest)
                {
                    IsPrivate = offered is null,
                    Signatures = offered?.Signatures,
                };
                return (version, new BlobSource(blobs, registry));
            }
        }

        var offer = (await registry.VersionsAsync(id.Slug, cancellationToken)).FirstOrDefault(one => string.Equals(one.Digest, digest, StringComparison.Ordinal));
        return offer is null || !IsNamed(offer.Version, digest, id) ? null : (offer, registry);
    }

    /// <summary>The package behind a digest when this server has it and it is what its name says.</summary>
    public static async Task<Package?> ReadAsync(IPackageBlobs blobs, string digest, CancellationToken cancellationToken)
    {
        await using var bytes = await blobs.OpenAsync(digest, cancellationToken);
        if (bytes is null)
            return null;
        var read = await PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken);
        return read.IsAccepted && string.Equals(read.Package.Digest, digest, StringComparison.Ordinal) ? read.Package : null;
    }

    private static bool IsVersion(Package package, PluginVersionId id) =>
        string.Equals(package.Manifest.Name, id.Slug, StringComparison.Ordinal) && IsNamed(package.Manifest.Version, package.Digest, id);

    /// <summary>By its number, or by the label with its digest.</summary>
    private static bool IsNamed(SemanticVersion version, string digest, PluginVersionId id) =>
        string.Equals(version.ToString(), id.Version, StringComparison.Ordinal) || string.Equals(DigestLabel.Of(version, digest), id.Version, StringComparison.Ordinal);

    /// <summary>The registry's offer of these bytes. What it does not offer, or not now, is treated as private.</summary>
    private async Task<AvailableVersion?> OfferAsync(PluginVersionId id, string digest, CancellationToken cancellationToken)
    {
        try
        {
            return (await registry.VersionsAsync(id.Slug, cancellationToken)).FirstOrDefault(one => string.Equals(one.Digest, digest, StringComparison.Ordinal));
        }
        catch (PackageSourceUnavailableException)
        {
            return null;
        }
    }
}
