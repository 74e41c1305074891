using System.Text;
using System.Text.Json;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.PrivatePackages;

/// <summary>receive → read strictly → blob → rows. Blob first, row last: what is readable has its bytes.</summary>
internal sealed class PrivatePackageStore(
    IDatabase database, IPackageBlobs blobs, PrivateSnapshots snapshots, PackageLimits limits, TimeProvider time) : IPrivatePackages
{
    private static readonly string Internal = IPrivatePackages.TrustLevelOf(isByAdministrator: true);
    private static readonly string Community = IPrivatePackages.TrustLevelOf(isByAdministrator: false);

    public IPackageSource Source { get; } = new BlobSource(blobs);

    public Task<PrivatePackageOutcome> AddAsync(string userId, Stream package, string addedBy, CancellationToken cancellationToken = default) =>
        AddAsync(userId, package, addedBy, Community, cancellationToken);

    public Task<PrivatePackageOutcome> AddTrustedAsync(string userId, Stream package, string addedBy, CancellationToken cancellationToken = default) =>
        AddAsync(userId, package, addedBy, Internal, cancellationToken);

    public async ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string userId, string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var all = await snapshots.OfUserAsync(userId, cancellationToken);
        return all.Count == 0 ? all
            : [.. all.Where(version => string.Equals(version.Slug, slug, StringComparison.OrdinalIgnoreCase)).OrderByDescending(version => version.Version)];
    }

    public async Task<bool> GrantAsync(string digest, string userId, string grantedBy, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isThere = await database.WriteAsync(
            async session =>
            {
                if (!await PrivateRows.ExistsAsync(session, digest))
                    return false;
                await PrivateRows.GrantAsync(session, digest, userId, grantedBy, now);
                return true;
            },
            cancellationToken);
        snapshots.Forget(userId);
        return isThere;
    }

    private async Task<PrivatePackageOutcome> AddAsync(string userId, Stream stream, string addedBy, string trust, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(addedBy);
        try
        {
            await using var blob = await blobs.StageAsync(stream, limits.MaxPackageBytes, cancellationToken);
            var read = await PackageReader.ReadAsync(blob.Content, limits, cancellationToken);
            if (!read.IsAccepted)
                return new PrivatePackageOutcome.Refused(read.Faults);

            await blobs.CommitAsync(blob, cancellationToken);
            return await KeepAsync(userId, read.Package, addedBy, trust);
        }
        catch (BlobTooLargeException exception)
        {
            return new PrivatePackageOutcome.TooLarge(exception.MaxBytes);
        }
    }

    private async Task<PrivatePackageOutcome> KeepAsync(string userId, Package package, string addedBy, string trust)
    {
        var (slug, version) = (package.Manifest.Name, package.Manifest.Version.ToString());
        var row = new NewPrivateVersion(
            package.Digest, slug, slug.ToLowerInvariant(), version, package.Size,
            Encoding.UTF8.GetString(package.ManifestJson.Span), trust, addedBy, time.GetUtcNow().ToUnixTimeMilliseconds());
        var (isNew, level, readers) = await database.WriteAsync(
            async session =>
            {
                await PrivateRows.InsertAsync(session, row);
                var raised = trust == Internal && await PrivateRows.TrustAsync(session, row.Digest);
                var isNew = await PrivateRows.GrantAsync(session, row.Digest, userId, addedBy, row.Now);
                if (isNew)
                    await TrailRows.InsertAsync(session, Trail(userId, row));
                var level = await session.ScalarAsync<string>("SELECT trust_level FROM private_version WHERE digest = @Digest", new { row.Digest });
                return (isNew, level!, raised ? await PrivateRows.ReadersAsync(session, row.Digest) : []);
            },
            CancellationToken.None);
        snapshots.Forget([userId, .. readers]);
        return new PrivatePackageOutcome.Added(
            new AvailableVersion(slug, package.Manifest.Version, package.Digest, package.Size, level, IsYanked: false, package.Manifest) { IsPrivate = true }, isNew);
    }

    private static TrailRow Trail(string userId, NewPrivateVersion row) => new(
        row.AddedBy, userId, null, "package.add_private", "berth.package.private_added", $"{row.Slug}@{row.Version}", "succeeded",
        JsonSerializer.Serialize(new PrivateTrail(row.Slug, row.Version, row.Digest, row.Size, row.TrustLevel), LifecycleJson.Default.PrivateTrail), row.Now);
}

/// <summary>What audit and event say of a private package.</summary>
internal sealed record PrivateTrail(string Slug, string Version, string Digest, long Size, string TrustLevel);
