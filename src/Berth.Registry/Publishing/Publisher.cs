using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;

namespace Berth.Registry.Publishing;

/// <summary>receive → archive and manifest → identity → conflicts → blob → rows.</summary>
internal sealed class Publisher(
    IDatabase database, IPackageBlobs blobs, ICatalog catalog, CatalogSnapshots snapshots, PackageLimits limits, TimeProvider time) : IPublisher
{
    // Two publishes of the same version on two nodes: the loser meets a unique key once and then finds the winner's row.
    private const int MostAttempts = 3;
    private readonly SlugLocks _locks = new();

    public async Task<PublishOutcome> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            await using var blob = await blobs.StageAsync(request.Body, limits.MaxPackageBytes, cancellationToken);
            if (PublishIdentity.CheckDigest(request, blob.Digest) is { } broken)
                return new PublishOutcome.Refused([broken]);

            var read = await PackageReader.ReadAsync(blob.Content, limits, cancellationToken);
            if (!read.IsAccepted)
                return new PublishOutcome.Refused(read.Faults);
            if (PublishIdentity.Check(request, read.Package) is { Count: > 0 } differences)
                return new PublishOutcome.Refused(differences);

            var texts = await PackageTexts.ReadAsync(blob.Content, read.Package, limits, cancellationToken);
            var rows = new PublishTransaction(request, read.Package, texts, time.GetUtcNow());
            using (await _locks.TakeAsync(read.Package.Manifest.Name, cancellationToken))
                return await StoreAsync(rows, blob, read.Package, cancellationToken);
        }
        catch (BlobTooLargeException exception)
        {
            return new PublishOutcome.TooLarge(exception.MaxBytes);
        }
    }

    public async Task<PackageReadOutcome> ValidateAsync(Stream body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        try
        {
            await using var blob = await blobs.StageAsync(body, limits.MaxPackageBytes, cancellationToken);
            var read = await PackageReader.ReadAsync(blob.Content, limits, cancellationToken);
            return read.IsAccepted && ReservedSlugs.Check(read.Package.Manifest.Name) is { } reserved ? new PackageReadOutcome(null, [reserved]) : read;
        }
        catch (BlobTooLargeException exception)
        {
            return new PackageReadOutcome(null, [new PackageFault(ArchiveFaultCodes.Size, $"The package is larger than {exception.MaxBytes} bytes. Leave out what users do not need.")]);
        }
    }

    /// <summary>Blob first, row last: a version that is visible always has its bytes.</summary>
    private async Task<PublishOutcome> StoreAsync(PublishTransaction rows, StagedBlob blob, Package package, CancellationToken cancellationToken)
    {
        // Asked once before the blob is kept, so that a refused publish keeps nothing; asked again with the rows.
        var conflict = await database.ReadAsync(rows.FindConflictAsync, cancellationToken);
        if (conflict is null)
        {
            await blobs.CommitAsync(blob, cancellationToken);
            conflict = await WriteAsync(rows, cancellationToken);
            snapshots.Invalidate(package.Manifest.Name);
        }

        return conflict switch
        {
            null => new PublishOutcome.Published(await FindAsync(package)),
            PublishConflict.SameBytes => await AlreadyPublishedAsync(blob, package, cancellationToken),
            PublishConflict.OtherBytes other =>
                new PublishOutcome.VersionExists(package.Manifest.Name, package.Manifest.Version.ToString(), other.Digest, package.Digest),
            PublishConflict.SlugTaken taken => new PublishOutcome.SlugTaken(taken.Slug),
            _ => throw new InvalidOperationException("Unknown conflict."),
        };
    }

    private async Task<PublishConflict?> WriteAsync(PublishTransaction rows, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(rows.RunAsync, cancellationToken);
            }
            catch (DatabaseConstraintException exception) when (exception.IsUnique && attempt < MostAttempts)
            {
                // Somebody else's row is there now: the next attempt reads it.
            }
        }
    }

    private async Task<PublishOutcome> AlreadyPublishedAsync(StagedBlob blob, Package package, CancellationToken cancellationToken)
    {
        // Who sends the very bytes again also repairs a store that lost them.
        await blobs.CommitAsync(blob, cancellationToken);
        return new PublishOutcome.AlreadyPublished(await FindAsync(package));
    }

    private async Task<VersionRecord> FindAsync(Package package) =>
        // What is committed is reported even to a caller who has given up.
        await catalog.FindVersionAsync(package.Manifest.Name, package.Manifest.Version.ToString(), CancellationToken.None)
        ?? throw new InvalidOperationException($"The version {package.Manifest.Version} of '{package.Manifest.Name}' was published and is not in the catalogue.");
}
