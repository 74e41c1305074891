using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;

namespace Berth.Server.Apis;

/// <summary>What an installation may do, as its user reads it.</summary>
internal static class CapabilityShapes
{
    /// <summary>
    /// Each capability that the version declares: whether its trust level permits it, and whether the user granted it. In force is
    /// what is both. Nothing where the version is not in the store.
    /// </summary>
    public static IEnumerable<object> Of(InstalledPlugin plugin, StoredVersion? stored, ITrustCeilings ceilings) =>
        (stored?.Manifest.Security.Capabilities ?? []).Select(name => new
        {
            name,
            risk = RiskOf(name).ToString().ToLowerInvariant(),
            permitted = ceilings.Permits(plugin.Slug, stored!.TrustLevel, name),
            granted = plugin.Granted.Contains(name),
            hosts = NetworkReach.HostsOf(name, stored.Manifest),
        });

    private static CapabilityRisk RiskOf(string name) => Capabilities.All.FirstOrDefault(known => known.Name == name)?.Risk ?? CapabilityRisk.Critical;
}
