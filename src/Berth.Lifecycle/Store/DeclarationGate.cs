using Berth.Host;
using Berth.Host.Isolation;
using Berth.Packaging.Manifest;
using Berth.Packaging.Scanning;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Lets only versions be installed into the host's own process whose code uses what the manifest declares and nothing else. What it
/// goes by was found once, when the version came into the store, and lies in its index.
/// </summary>
internal sealed class DeclarationGate(SharedStore store, HostOptions options, IPlacementRules rules)
{
    /// <summary>Looks at a version that is about to be installed.</summary>
    /// <exception cref="StoreException">The code uses what it does not declare and would run in the host's own process.</exception>
    public async ValueTask CheckAsync(StoredVersion version, CancellationToken cancellationToken)
    {
        if (await FaultOfAsync(version, cancellationToken) is { } fault)
            throw new StoreException(DeclarationRules.Code, fault);
    }

    /// <summary>Why a version in the store would not be installed; <see langword="null"/> when nothing is in its way.</summary>
    public async ValueTask<string?> FaultOfAsync(StoredVersion version, CancellationToken cancellationToken)
    {
        if (!Matters(version.Slug, version.Manifest, version.TrustLevel))
            return null;
        var id = new PluginVersionId(version.Slug, version.Version);
        var found = store.IndexOf(id)?.UndeclaredUse() ?? await LookAsync(version.Directory, version.Manifest.Security.Capabilities, cancellationToken);
        return found.Count > 0 ? DeclarationRules.Reason(id, version.TrustLevel, found) : null;
    }

    /// <summary>Whether it matters what the code of a version uses: it is .NET code and would run in the host's own process.</summary>
    public bool Matters(string slug, PluginManifest manifest, string trustLevel) => manifest.Module is { IsForVm: false }
        && PlacementPolicy.Decide(manifest, trustLevel, options, rules.Of(slug, trustLevel)) is PlacementOutcome.Placed placed
        && DeclarationRules.Apply(options, placed.Isolation, trustLevel);

    /// <summary>Looks through the server-side assemblies of a version's folder.</summary>
    public static Task<IReadOnlyList<UndeclaredUse>> LookAsync(string directory, IReadOnlyList<string> declared, CancellationToken cancellationToken) =>
        UndeclaredUse.FindInAsync(Path.Combine(directory, "lib"), [.. declared], cancellationToken);
}
