using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Data.Blobs;
using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;
using Berth.Registry.Advisories;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring.Upstream;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <inheritdoc />
internal sealed class Bundles(
    ICatalog catalog, IPackageBlobs blobs, IPackageSignatures signatures, IKeyRecords keys, IRegistrySigner signer, ITrustDecisions trust,
    IAdvisories advisories, CarriedQuarantines quarantines, CarriedKeyStates keyStates, BundleImporter imports, TimeProvider time, IUpstream? upstream = null) : IBundles
{
    public async Task<BundleSelection> SelectAsync(BundleWish wish, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var choice = new BundleChoice(catalog);
        foreach (var wanted in wish.Plugins)
            await choice.AddAsync(wanted, wish.WithDependencies, cancellationToken);
        if (choice.Missing.Count > 0)
            return new BundleSelection.Missing(choice.Missing);

        var bundled = wish.WithAdvisories ? await BundledAdvisories.TakeAsync(advisories, cancellationToken) : null;
        try
        {
            return await ReadyAsync(wish, choice.Chosen, bundled, cancellationToken);
        }
        catch
        {
            await (bundled?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    public Task WriteAsync(BundleSelection.Ready selection, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return BundleWriter.WriteAsync(
            output, selection.Index, selection.Signature,
            async part => selection.Texts.TryGetValue(part.Path, out var text) ? new MemoryStream(text.ToArray())
                : selection.Advisories is { } bundled && await bundled.OpenAsync(part, cancellationToken) is { } zip ? zip
                : await blobs.OpenAsync(part.Sha256, cancellationToken) ?? throw new IOException($"The bytes with SHA-256 {part.Sha256} are not in the package store."),
            cancellationToken);
    }

    public Task<BundleImport> ImportAsync(
        Stream file, string importerId, IReadOnlyDictionary<string, VerificationKey> trusted, bool isDryRun = false, string? acceptedKey = null, CancellationToken cancellationToken = default) =>
        imports.RunAsync(file, importerId, trusted, isDryRun, acceptedKey, cancellationToken);

    private async Task<BundleSelection.Ready> ReadyAsync(BundleWish wish, IReadOnlyList<VersionRecord> chosen, BundledAdvisories? bundled, CancellationToken cancellationToken)
    {
        var versions = new List<BundleVersion>();
        // Advisories first: whoever imports the packages scans them with these.
        var parts = new List<BundlePart>(bundled?.Parts ?? []);
        var texts = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var signers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var version in chosen)
        {
            if (upstream is not null)
                await upstream.EnsureBytesAsync(version, cancellationToken);
            // Numbers, not names: a tar entry's name is short, a slug and a version together may not be.
            var number = versions.Count + 1;
            string? signaturePath = null;
            if (await SignaturesAsync(version, signers, cancellationToken) is { } file)
            {
                signaturePath = $"signatures/{number}.sig";
                var bytes = Encoding.UTF8.GetBytes(file.ToJson());
                texts[signaturePath] = bytes;
                parts.Add(new BundlePart(signaturePath, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
            }

            parts.Add(new BundlePart($"packages/{number}.berth", version.Size, version.Digest));
            var decision = (await trust.HistoryAsync(version.Slug, cancellationToken)).FirstOrDefault(decision => decision.InForce && decision.Level == version.TrustLevel);
            versions.Add(new BundleVersion(
                version.Slug, version.Version, parts[^1].Path, version.Digest, signaturePath, version.TrustLevel, decision?.Reason, version.YankedAt?.ToUnixTimeMilliseconds(), version.YankReason)
            {
                Deprecation = WarningOf(version),
                TrustDecision = decision is null ? null : new BundleTrust(
                    decision.DecidedBy, decision.At.ToUnixTimeMilliseconds(), decision.ExpiresAt?.ToUnixTimeMilliseconds(), decision.Evidence?.GetRawText()),
            });
        }

        var index = new BundleIndex(BundleIndex.NewestFormat, wish.Source, time.GetUtcNow().ToUnixTimeSeconds(), [.. signers.Values], versions, parts)
        {
            Advisories = bundled?.Index,
            Quarantined = await quarantines.ListAsync(cancellationToken),
            Others = await OthersAsync(chosen, cancellationToken),
            KeyStates = await keyStates.ListAsync(cancellationToken),
        };
        return new BundleSelection.Ready(index, new SignatureFile([await signer.SignAsync(index.ToBytes(), BundleIndex.SignatureType, cancellationToken)]), texts) { Advisories = bundled };
    }

    /// <summary>The plugins' other versions: whoever got them with an earlier bundle learns what became of them.</summary>
    private async Task<IReadOnlyList<BundleDecision>> OthersAsync(IReadOnlyList<VersionRecord> chosen, CancellationToken cancellationToken)
    {
        var carried = chosen.Select(version => version.Digest).ToHashSet(StringComparer.Ordinal);
        var others = new List<BundleDecision>();
        foreach (var slug in chosen.Select(version => version.Slug).Distinct(StringComparer.Ordinal))
        {
            foreach (var version in (await catalog.FindAsync(slug, cancellationToken))?.Versions.Where(version => !carried.Contains(version.Digest)) ?? [])
            {
                others.Add(new BundleDecision(version.Slug, version.Version, version.Digest, version.YankedAt?.ToUnixTimeMilliseconds(), version.YankReason)
                {
                    Deprecation = WarningOf(version),
                });
            }
        }

        return others;
    }

    private static BundleDeprecation? WarningOf(VersionRecord version) => version.Deprecation is { } warning
        ? new BundleDeprecation(warning.Message, warning.SuccessorSlug, warning.SuccessorVersion, warning.At.ToUnixTimeMilliseconds())
        : null;

    /// <summary>The authors' signatures that count, and the keys they were made with. A key that was revoked vouches for nothing that comes to another registry from now on.</summary>
    private async Task<SignatureFile?> SignaturesAsync(VersionRecord version, Dictionary<string, JsonElement> signers, CancellationToken cancellationToken)
    {
        var kept = new List<DetachedSignature>();
        foreach (var signature in await signatures.ListAsync(version.Slug, version.Version, cancellationToken) ?? [])
        {
            if (signature.Role != SignatureRole.Author || signature.Fault is not null || await keys.FindAsync(signature.Kid, cancellationToken) is not { State: not KeyState.Revoked } key)
                continue;
            var read = SignatureFile.Read($"{{\"signatures\":[{{\"protected\":\"{signature.Protected}\",\"signature\":\"{signature.Signature}\"}}]}}");
            if (read.File is not { } file)
                continue;
            kept.AddRange(file.Signatures);
            using var jwk = JsonDocument.Parse(key.Jwk);
            signers[key.Kid] = jwk.RootElement.Clone();
        }

        return kept.Count == 0 ? null : new SignatureFile(kept);
    }
}
