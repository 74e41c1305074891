using Berth.Data.Blobs;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.PrivatePackages;

/// <summary>
/// The bytes of private versions. Without a user there is nothing to list: whoever has an <see cref="AvailableVersion"/>
/// of it got it from <see cref="IPrivatePackages.VersionsAsync"/> for a user who may read it.
/// </summary>
internal sealed class PrivateSource(IPackageBlobs blobs) : IPackageSource
{
    public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<AvailableVersion>>([]);

    public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new AvailablePage([], 0, null));

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default) =>
        await blobs.OpenAsync(version.Digest, cancellationToken)
        ?? throw new PackageSourceUnavailableException($"The bytes of the private package {version.Slug} {version.Version} are not in the package store. Upload it again.");
}
