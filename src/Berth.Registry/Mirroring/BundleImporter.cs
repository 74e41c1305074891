using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Bundles;
using Berth.Packaging.Carrying;
using Berth.Packaging.Signing;
using Berth.Registry.Advisories;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <summary>Verifies a whole bundle first, then takes in its advisories, publishes its versions one after another in the bundle's order, and takes over what the source decided.</summary>
internal sealed class BundleImporter(
    IDatabase database, CarriedSources sources, ICatalog catalog, IPublisher publisher, IKeyRecords keys, IPackageSignatures signatures, IAdvisories advisories,
    CarriedTrust trust, CarriedStates states, CarriedTold told, CarriedDecisions decisions, PackageLimits limits)
{
    public async Task<BundleImport> RunAsync(
        Stream file, string importerId, IReadOnlyDictionary<string, VerificationKey> trusted, bool isDryRun, string? acceptedKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var own = (await keys.RegistryKeysAsync(cancellationToken)).ToDictionary(key => key.Kid, key => key.ToTrusted().Key, StringComparer.Ordinal);
        var reading = await BundleReader.ReadAsync(file, Trusted, limits.MaxPackageBytes, cancellationToken: cancellationToken);
        if (reading.Index is not { } index)
            return new BundleImport(reading, []);
        // One's own registry is known by all of its keys.
        var signer = reading.SignedBy!;
        var (source, strange) = await sources.OfAsync(index.Source, signer, acceptedKey == signer || own.ContainsKey(signer), importerId, isDryRun, cancellationToken);
        if (strange is not null)
            return new BundleImport(reading with { Fault = strange }, []);
        var from = new CarriedFrom(source, signer, index.CreatedAt, index.FormatVersion, importerId);
        var newer = await told.NewerAsync(from, cancellationToken);
        var useless = isDryRun ? [] : await RegisterAsync(index, importerId, cancellationToken);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var versions = index.Versions.ToDictionary(version => version.Package, StringComparer.Ordinal);
        var imported = new List<ImportedVersion>();
        AdvisoryImport? known = null;
        file.Position = 0;
        // The second pass is verified as it goes, too: the publisher takes no bytes but those of the digest in the index.
        var second = await BundleReader.ReadAsync(
            file, Trusted, limits.MaxPackageBytes,
            async (_, part, content) =>
            {
                if (index.Advisories?.Any(one => one.Path == part.Path) is true)
                    known = await AdvisoriesAsync(known, content, importerId, isDryRun, cancellationToken);
                else if (versions.TryGetValue(part.Path, out var version))
                    imported.Add(isDryRun ? await WouldAsync(version, cancellationToken) : await ImportAsync(version, content, SignatureOf(version), from, newer, cancellationToken));
                else
                    texts[part.Path] = await TextAsync(content, cancellationToken);
            },
            cancellationToken);
        if (second.Fault is not null)
            return new BundleImport(second, imported) { Advisories = known, Source = source };
        return await decisions.CarryAsync(index, new BundleImport(second, imported) { Advisories = known, Source = source }, from, newer, isDryRun, cancellationToken);

        VerificationKey? Trusted(string kid) => trusted.GetValueOrDefault(kid) ?? own.GetValueOrDefault(kid);

        // Signatures by keys that belong to somebody else here prove nothing about the importer's copy; keys that are over sign nothing new.
        string? SignatureOf(BundleVersion version) =>
            version.Signatures is { } path && texts.TryGetValue(path, out var text) && SignatureFile.Read(text).File is { } file
            && file.Signatures.Where(signature => !useless.Contains(signature.Header.Kid)).ToList() is { Count: > 0 } usable
                ? new SignatureFile(usable).ToJson()
                : null;
    }

    private async Task<ImportedVersion> ImportAsync(
        BundleVersion version, Stream content, string? signature, CarriedFrom from, IReadOnlySet<string> newer, CancellationToken cancellationToken)
    {
        // Never as an administrator: that would let a bundle write over other people's plugins.
        var outcome = await publisher.PublishAsync(
            new PublishRequest(from.ActorId, PublisherIsAdministrator: false, content, version.Slug, version.Version, version.Digest)
            {
                Signature = signature,
                Origin = new PackageOrigin(from.Source, TrustLevels.All.Contains(version.TrustLevel) ? version.TrustLevel : TrustLevels.Community) { IsByAdministrator = true },
            },
            cancellationToken);
        var imported = outcome switch
        {
            PublishOutcome.Published => new ImportedVersion(version.Slug, version.Version, "published"),
            PublishOutcome.AlreadyPublished => new ImportedVersion(version.Slug, version.Version, "unchanged"),
            PublishOutcome.VersionExists => Refused("version.exists", "The version is published here with other bytes."),
            PublishOutcome.SlugTaken => Refused("slug.taken", "The slug belongs to somebody else here."),
            PublishOutcome.Refused refused => Refused(refused.Faults[0].Code, string.Join(" ", refused.Faults.Select(fault => fault.Message))),
            PublishOutcome.TooLarge => Refused("package.too_large", "The package is larger than this registry takes."),
            _ => new ImportedVersion(version.Slug, version.Version, "held"),
        };
        // Of what waits for a review nothing is believed that would give it more; and a newer bundle has had the last word.
        if (imported.State is not "refused" && !CarriedTold.Has(newer, version.Slug))
            await trust.CarryAsync(version, from, mayRaise: imported.State is not "held", cancellationToken);
        if (imported.State is "published" or "unchanged")
        {
            // A version that was here before has perhaps come without them.
            if (signature is not null)
                await signatures.AddAsync(version.Slug, version.Version, Encoding.UTF8.GetBytes(signature), await SignerAsync(version.Slug, from, cancellationToken), cancellationToken: cancellationToken);
            // At once, whatever comes next: what its source has yanked is not on offer here in the meantime.
            if (version.YankedAt is not null && (imported.State == "published" || !CarriedTold.Has(newer, version.Slug)))
                await states.YankAsync(BundleDecision.Of(version), from, isDryRun: false, cancellationToken);
        }

        return imported;

        ImportedVersion Refused(string code, string detail) => new(version.Slug, version.Version, "refused", code, detail);
    }

    // What came from there is gone on with, whichever administrator began; what is anybody else's is left alone.
    private async Task<KeyActor> SignerAsync(string slug, CarriedFrom from, CancellationToken cancellationToken) =>
        new(from.ActorId, from.ActorId, IsAdministrator: await database.ReadAsync(session => CarriedPlugins.OwnerAsync(session, slug, from.Source), cancellationToken) is not null);

    /// <summary>Keys of authors become the importer's, unless they are known already. Returns those whose signatures are good for nothing here: somebody else's, and those that are over.</summary>
    private async Task<HashSet<string>> RegisterAsync(BundleIndex index, string importerId, CancellationToken cancellationToken)
    {
        var useless = new HashSet<string>(StringComparer.Ordinal);
        foreach (var jwk in index.Keys)
        {
            if (VerificationKey.FromJwk(jwk).Key is not { } key)
                continue;
            if (await keys.FindAsync(key.Thumbprint, cancellationToken) is { } known)
            {
                if ((known.OwnerId != importerId && !known.IsVouched) || known.State != KeyState.Active)
                    useless.Add(key.Thumbprint);
            }
            else if (await keys.AddAsync(new NewKey(key, importerId, importerId, CarriedKeys.FromBundle, DateTimeOffset.UnixEpoch) { IsVouchedFor = true }, cancellationToken: cancellationToken) is KeyOutcome.Refused)
            {
                useless.Add(key.Thumbprint);
            }
        }

        return useless;
    }

    private async Task<AdvisoryImport> AdvisoriesAsync(AdvisoryImport? before, Stream content, string importerId, bool isDryRun, CancellationToken cancellationToken)
    {
        // A ZIP is read from its end.
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await content.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        var now = await advisories.ImportAsync(file, importerId, isDryRun, cancellationToken);
        return before is null ? now : new AdvisoryImport(
            before.Imported + now.Imported, before.Unchanged + now.Unchanged, before.OtherEcosystems + now.OtherEcosystems, before.Unreadable + now.Unreadable, before.Affected + now.Affected)
        {
            Scans = [.. before.Scans, .. now.Scans],
        };
    }

    private async Task<ImportedVersion> WouldAsync(BundleVersion version, CancellationToken cancellationToken)
    {
        var here = await catalog.FindVersionAsync(version.Slug, version.Version, cancellationToken);
        return here is null || here.Digest == version.Digest
            ? new ImportedVersion(version.Slug, version.Version, here is null ? "new" : "unchanged")
            : new ImportedVersion(version.Slug, version.Version, "refused", "version.exists");
    }

    private static async Task<string> TextAsync(Stream content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
