using Berth.Host;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Store.Signatures;

/// <summary>The keys this host believes, and what signatures it demands: what its own settings say and what its registry's policies say, both.</summary>
internal sealed class SignatureTrust(TrustedKeys keys, RegistryTrust registry, LifecycleOptions options) : ISignatureTrust
{
    public ValueTask<IReadOnlyDictionary<string, TrustedKey>> KeysAsync(CancellationToken cancellationToken) => keys.KeysAsync(cancellationToken);

    public RequiredSigners RequiredOf(string slug, string trustLevel, bool isPrivate) =>
        (options.SignedTrustLevels.Contains(trustLevel) ? RequiredSigners.Author : RequiredSigners.None)
        | (isPrivate ? RequiredSigners.None : registry.RequiredSignersOf(slug, trustLevel));
}
