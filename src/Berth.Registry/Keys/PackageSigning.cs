using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;

namespace Berth.Registry.Keys;

/// <inheritdoc />
internal sealed class PackageSigning(
    IDatabase database, IPackageBlobs blobs, ICatalog catalog, CatalogSnapshots snapshots, RegistrySigner signer, PackageLimits limits, TimeProvider time) : IPackageSignatures
{
    public async Task<IReadOnlyList<PackageSignature>?> ListAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        await catalog.FindVersionAsync(slug, version, cancellationToken) is { } found
            ? await database.ReadAsync(session => PackageSignatureRows.OfVersionAsync(session, found.Slug, found.Version), cancellationToken)
            : null;

    public async Task<SignatureOutcome> AddAsync(
        string slug, string version, ReadOnlyMemory<byte> file, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (await catalog.FindAsync(slug, cancellationToken) is not { } plugin || plugin.Versions.FirstOrDefault(known => known.Version == version) is not { } published)
            return new SignatureOutcome.Unknown();
        if (!actor.IsAdministrator && !await database.ReadAsync(session => PublishRights.ActsForAsync(session, published.Slug, actor.UserId), cancellationToken))
            return new SignatureOutcome.Forbidden();
        var reading = SignatureFile.Read(file);
        if (reading.File is not { } signatures)
            return new SignatureOutcome.Refused([reading.Fault!]);

        var payload = await SignedPayload.OfAsync(blobs, limits, published.Digest, $"{published.Slug} {published.Version}", cancellationToken);
        var (keys, authors) = await database.ReadAsync(
            async session =>
            {
                var named = await KeyRows.FindAsync(session, [.. signatures.Signatures.Select(one => one.Header.Kid)]);
                return (named, await SignatureJudge.AuthorsAsync(session, published.Slug, actor.UserId, named, actor.IsAdministrator));
            },
            cancellationToken);
        var faults = SignatureJudge.Judge(signatures, payload, keys, authors, time.GetUtcNow()).ToList();
        if (dryRun)
            return faults.Exists(one => one.Fault is not null) ? Refused(faults) : new SignatureOutcome.Kept(published.Signatures, 0);
        if (faults.Exists(one => one.Fault is not null))
        {
            await database.WriteAsync(session => RejectAsync(session, published, faults, actor), cancellationToken);
            return Refused(faults);
        }

        var added = await database.WriteAsync(session => KeepAsync(session, published, signatures, payload, actor), cancellationToken);
        snapshots.Invalidate(published.Slug);
        return new SignatureOutcome.Kept(
            await database.ReadAsync(session => PackageSignatureRows.OfVersionAsync(session, published.Slug, published.Version), CancellationToken.None), added);
    }

    private async Task<int> KeepAsync(DbSession session, VersionRecord version, SignatureFile file, byte[] payload, KeyActor actor)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = 0;
        foreach (var signature in file.Signatures.Where(one => one.Header.Role != SignatureRole.Registry))
        {
            if (await PackageSignatureRows.AddAsync(session, version.Slug, version.Version, signature, at) == 0)
                continue;
            added++;
            await SignatureRecords.VerifiedAsync(session, at, version.Slug, version.Version, signature, actor.UserId);
        }

        if (added == 0)
            return 0;
        var countersignature = await signer.CountersignAsync(session, payload, [.. file.Signatures.Where(one => one.Header.Role != SignatureRole.Registry)]);
        await PackageSignatureRows.AddAsync(session, version.Slug, version.Version, countersignature, at);
        await RegistryRecords.AddAuditAsync(session, at, actor.ActorId, "package.sign", $"{version.Slug}@{version.Version}", file.ToJson());
        return added;
    }

    private async Task<int> RejectAsync(DbSession session, VersionRecord version, List<JudgedSignature> judged, KeyActor actor)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var one in judged.Where(one => one.Fault is not null))
            await SignatureRecords.RejectedAsync(session, at, version.Slug, version.Version, one.Signature.Header.Kid, one.Fault!, actor.UserId);
        return judged.Count;
    }

    private static SignatureOutcome.Refused Refused(IEnumerable<JudgedSignature> judged) => new([.. judged.Select(one => one.Fault).OfType<SignatureFault>()]);
}
