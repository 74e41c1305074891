using Berth.Data.Blobs;
using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>receive → archive and manifest → digests and identity.</summary>
internal sealed class PackageReceipt(IPackageBlobs blobs, PackageLimits limits, TimeProvider time)
{
    /// <summary>Streams the body to a staging file of this upload's own; no two uploads ever share a buffer that is still read.</summary>
    /// <exception cref="BlobTooLargeException">More bytes came than a package may have.</exception>
    public Task<StagedBlob> StageAsync(PublishRequest request, CancellationToken cancellationToken) =>
        blobs.StageAsync(request.Body, limits.MaxPackageBytes, cancellationToken);

    /// <summary>Reads what was staged: what the stages get, or why there is nothing for them.</summary>
    public async Task<(PublishWork? Work, PublishOutcome? Refusal)> ReadAsync(PublishRequest request, StagedBlob blob, CancellationToken cancellationToken)
    {
        if (request.SignatureAfterBody is { } readOn)
            request = request with { Signature = request.Signature ?? await readOn(cancellationToken), SignatureAfterBody = null };
        if (PublishIdentity.CheckDigest(request, blob.Digest) is { } broken)
            return (null, new PublishOutcome.Refused([broken]));

        var read = await PackageReader.ReadAsync(blob.Content, limits, cancellationToken);
        if (!read.IsAccepted)
            return (null, new PublishOutcome.Refused(read.Faults));
        if (PublishIdentity.Check(request, read.Package) is { Count: > 0 } differences)
            return (null, new PublishOutcome.Refused(differences));
        if (request.OnlySlug is { } only && only != read.Package.Manifest.Name)
            return (null, new PublishOutcome.OtherSlug(read.Package.Manifest.Name, only));

        var texts = await PackageTexts.ReadAsync(blob.Content, read.Package, limits, cancellationToken);
        return (new PublishWork(Guid.NewGuid().ToString("N"), request, read.Package, texts, time.GetUtcNow()), null);
    }

    /// <summary>The bytes for the stages: from the staging file, and from the store when they were committed meanwhile.</summary>
    public Func<Stream> ContentOf(StagedBlob blob) => () =>
    {
        try
        {
            return new FileStream(blob.StagingPath, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete });
        }
        catch (FileNotFoundException)
        {
            return OpenStored(blob.Digest);
        }
    };

    /// <summary>What is in the store already, read again after a process died; or why it cannot go on.</summary>
    public async Task<(PublishWork? Work, PublicationError? Error)> ReadStoredAsync(PublicationRows.AbandonedRow row, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(row.Digest, cancellationToken);
        if (content is null)
            return (null, new PublicationError("publish.bytes_lost", "The package store has lost the bytes. Publish the package again.", []));
        var read = await PackageReader.ReadAsync(content, limits, cancellationToken);
        if (!read.IsAccepted)
            return (null, new PublicationError("package.refused", "The package is not acceptable any more; all reasons are listed.", read.Faults));
        var texts = await PackageTexts.ReadAsync(content, read.Package, limits, cancellationToken);
        return (new PublishWork(row.Id, row.ToRequest(), read.Package, texts, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt)) { Attempt = (int)row.Attempts }, null);
    }

    /// <summary>Opens stored bytes for a stage. Stages open them where nothing can be awaited; a local store answers at once.</summary>
    public Stream OpenStored(string digest) =>
        blobs.OpenAsync(digest).GetAwaiter().GetResult() ?? throw new IOException("The package store does not have the bytes of a package that is being published.");
}
