using Berth.Data.Blobs;
using Berth.Host;
using Berth.Packaging.Archive;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>Finds the very bytes of a version by their digest: among this server's packages, private ones included, or at the registry.</summary>
internal sealed class PackageFinder(IEnumerable<IPackageBlobs> packages, IPackageSource registry)
{
    /// <summary>The version with a source for its bytes, or <see langword="null"/> when nobody has these bytes.</summary>
    /// <exception cref="PackageSourceUnavailableException">They are not here, and the registry does not answer.</exception>
    public async Task<(AvailableVersion Version, IPackageSource Source)?> FindAsync(
        PluginVersionId id, string digest, string? trustLevel, CancellationToken cancellationToken)
    {
        foreach (var blobs in packages)
        {
            if (await ReadAsync(blobs, digest, cancellationToken) is { } package && IsVersion(package, id))
            {
                var version = new AvailableVersion(id.Slug, package.Manifest.Version, digest, package.Size, trustLevel ?? await TrustAsync(id, digest, cancellationToken), false, package.Manifest);
                return (version, new BlobSource(blobs));
            }
        }

        var offer = (await registry.VersionsAsync(id.Slug, cancellationToken)).FirstOrDefault(one => string.Equals(one.Digest, digest, StringComparison.Ordinal));
        return offer is null || !IsName(id.Version, offer.Version, digest) ? null : (offer, registry);
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
        string.Equals(package.Manifest.Name, id.Slug, StringComparison.Ordinal) && IsName(id.Version, package.Manifest.Version, package.Digest);

    /// <summary>A version lies in the store under its number, or under the label with its digest.</summary>
    private static bool IsName(string name, SemanticVersion version, string digest) =>
        string.Equals(name, version.ToString(), StringComparison.Ordinal) || string.Equals(name, DigestLabel.Of(version, digest), StringComparison.Ordinal);

    /// <summary>The decision on a version whose index is lost: the registry's, and without one the lowest that still runs.</summary>
    private async Task<string> TrustAsync(PluginVersionId id, string digest, CancellationToken cancellationToken)
    {
        const string Lowest = "community";
        try
        {
            var offers = await registry.VersionsAsync(id.Slug, cancellationToken);
            return offers.FirstOrDefault(one => string.Equals(one.Digest, digest, StringComparison.Ordinal))?.TrustLevel ?? Lowest;
        }
        catch (PackageSourceUnavailableException)
        {
            return Lowest;
        }
    }

    /// <summary>The bytes of one blob.</summary>
    private sealed class BlobSource(IPackageBlobs blobs) : IPackageSource
    {
        public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IReadOnlyList<AvailableVersion>>([]);

        public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) =>
            Task.FromResult(new AvailablePage([], 0, null));

        public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default) =>
            await blobs.OpenAsync(version.Digest, cancellationToken)
            ?? throw new PackageSourceUnavailableException($"The bytes of {version.Slug} {version.Version} went away.");
    }
}
