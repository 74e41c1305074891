using Berth.Data.Blobs;

namespace Berth.Lifecycle.Store;

/// <summary>
/// The bytes that this server has itself, private packages' among them. There is nothing to list: whoever has an
/// <see cref="AvailableVersion"/> of it got it where it was decided that they may read it.
/// </summary>
/// <param name="blobs">Where the bytes are.</param>
/// <param name="registry">The registry that offers these bytes too, and has what was made of them; none for private packages.</param>
internal sealed class BlobSource(IPackageBlobs blobs, IPackageSource? registry = null) : IPackageSource
{
    public ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<AvailableVersion>>([]);

    public Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new AvailablePage([], 0, null));

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default) =>
        await blobs.OpenAsync(version.Digest, cancellationToken)
        ?? throw new PackageSourceUnavailableException($"The bytes of the package {version.Slug} {version.Version} are not in the package store. Upload it again.");

    public async Task<OfferedVariant?> OpenVariantAsync(AvailableVersion version, string kind, CancellationToken cancellationToken = default) =>
        registry is null || version.IsPrivate ? null : await registry.OpenVariantAsync(version, kind, cancellationToken);
}
