using System.Collections.Concurrent;
using Berth.Host;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Store.Signatures;

/// <summary>Lets only packages into the store, and out of it into an installation, whose signatures hold.</summary>
internal sealed class SignatureGate(ISignatureTrust trust, TimeProvider time)
{
    // One entry a signed version that was installed lately; a new set of keys makes all of them old.
    private readonly ConcurrentDictionary<PluginVersionId, Judged> _judged = new();

    /// <summary>On the way in.</summary>
    /// <exception cref="StoreException">A signature does not hold, or one is missing; the code is one of <see cref="SignatureFaultCodes"/>.</exception>
    public async ValueTask CheckAsync(AvailableVersion version, Package package, CancellationToken cancellationToken)
    {
        var required = trust.RequiredOf(version.Slug, version.TrustLevel, version.IsPrivate);
        if (version.Signatures is null && required == RequiredSigners.None)
            return;
        var keys = await trust.KeysAsync(cancellationToken);
        ThrowIf(SignatureDemand.Judge(version.Signatures, () => CanonicalFileList.Create(package), keys, required, time.GetUtcNow()), version.Slug, version.Version.ToString());
    }

    /// <summary>On the way out: what is in the store already.</summary>
    /// <exception cref="StoreException">As above.</exception>
    public async ValueTask CheckAsync(StoredVersion version, Func<StoreIndex?> index, CancellationToken cancellationToken) =>
        ThrowIf(await JudgeAsync(version, index, cancellationToken), version.Slug, version.Version);

    /// <summary>What is against a version in the store. Costs next to nothing while neither its signatures nor the keys change.</summary>
    public async ValueTask<SignatureFault?> JudgeAsync(StoredVersion version, Func<StoreIndex?> index, CancellationToken cancellationToken)
    {
        var required = trust.RequiredOf(version.Slug, version.TrustLevel, version.IsPrivate);
        if (version.Signatures is null && required == RequiredSigners.None)
            return null;
        var keys = await trust.KeysAsync(cancellationToken);
        var id = new PluginVersionId(version.Slug, version.Version);
        if (!_judged.TryGetValue(id, out var judged) || !ReferenceEquals(judged.Keys, keys) || judged.Signatures != version.Signatures || judged.Required != required)
        {
            var fault = SignatureDemand.Judge(
                version.Signatures, () => CanonicalFileList.Create(version.Manifest, index()?.PackageFiles() ?? []), keys, required, time.GetUtcNow());
            _judged[id] = judged = new Judged(keys, version.Signatures, required, fault);
        }

        return judged.Fault;
    }

    private static void ThrowIf(SignatureFault? fault, string slug, string version)
    {
        if (fault is not null)
            throw new StoreException(fault.Code, $"{slug} {version} is not taken: {fault.Reason}");
    }

    private sealed record Judged(IReadOnlyDictionary<string, TrustedKey> Keys, string? Signatures, RequiredSigners Required, SignatureFault? Fault);
}
