using System.Collections.Concurrent;
using Berth.Host;
using Berth.Packaging.Archive;
using Berth.Packaging.Manifest;
using Berth.Packaging.Signing;
using Berth.Packaging.Variants;

namespace Berth.Lifecycle.Store.Signatures;

/// <summary>
/// Lets only optimised files be served that the registry signed with a key that was in force then: by the digests that the store
/// knows them by, with the keys as they are now. Nothing is served that was not judged in this process.
/// </summary>
internal sealed class VariantGate(ISignatureTrust trust)
{
    private readonly ConcurrentDictionary<PluginVersionId, Judged> _judged = new();

    /// <summary>Whether these files were judged, and nothing is against them.</summary>
    public bool IsAdmitted(PluginVersionId id, StoreVariant variant) => _judged.TryGetValue(id, out var judged) && ReferenceEquals(judged.Verdict, VariantVerdict.Good) && judged.IsOf(variant);

    /// <summary>Judges them. Costs next to nothing while neither they nor the keys change; ends at once while the keys are fresh.</summary>
    public async Task<VariantVerdict> JudgeAsync(PluginVersionId id, PluginManifest manifest, StoreVariant variant, CancellationToken cancellationToken) =>
        Judge(id, manifest, variant, await trust.KeysAsync(cancellationToken));

    private VariantVerdict Judge(PluginVersionId id, PluginManifest manifest, StoreVariant variant, IReadOnlyDictionary<string, TrustedKey> keys)
    {
        if (_judged.TryGetValue(id, out var before) && ReferenceEquals(before.Keys, keys) && before.IsOf(variant))
            return before.Verdict;
        var verdict = Judge(manifest, variant, keys);
        _judged[id] = new Judged(keys, variant.Digest, variant.Signature, verdict);
        return verdict;
    }

    private static VariantVerdict Judge(PluginManifest manifest, StoreVariant variant, IReadOnlyDictionary<string, TrustedKey> keys)
    {
        if (variant is not { Signature: { } signature, Signed: { } signed })
            return new VariantVerdict("it was taken by an older program, which did not keep the registry's signature", IsFinal: true);
        var digests = signed.ToDictionary(file => file.Path, file => (file.Size, file.Sha256), StringComparer.Ordinal);
        if (variant.Files.FirstOrDefault(file => !digests.TryGetValue(file.Path, out var one) || one != (file.Size, file.Sha256)) is { } other)
            return new VariantVerdict($"'{other.Path}' is not the file that the registry signed", IsFinal: true);
        return VariantSignature.Judge(CanonicalFileList.Create(manifest, signed.Select(file => new PackageFile(file.Path, file.Size, file.Sha256))), signature, keys) is { } fault
            // A registry's new key is known a little later than what it signed.
            ? new VariantVerdict(fault.Reason, IsFinal: keys.Count > 0 && fault.Code != SignatureFaultCodes.KeyUnknown)
            : VariantVerdict.Good;
    }

    private sealed record Judged(IReadOnlyDictionary<string, TrustedKey> Keys, string Digest, string? Signature, VariantVerdict Verdict)
    {
        public bool IsOf(StoreVariant variant) => Digest == variant.Digest && Signature == variant.Signature;
    }
}

/// <summary>Whether optimised files may be served.</summary>
/// <param name="Fault">Why not, or <see langword="null"/>.</param>
/// <param name="IsFinal">Whether they never will be.</param>
internal sealed record VariantVerdict(string? Fault, bool IsFinal)
{
    public static readonly VariantVerdict Good = new(null, IsFinal: false);
}
