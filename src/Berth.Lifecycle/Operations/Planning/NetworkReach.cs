using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Where a version connects to with its network capabilities, and whether that is more than its user agreed to.</summary>
public static class NetworkReach
{
    /// <summary>The hosts that come with a capability; <c>*</c> for any public one; <see langword="null"/> when it is not about hosts.</summary>
    public static IReadOnlyList<string>? HostsOf(string capability, PluginManifest manifest) =>
        IsAboutHosts(capability) ? [.. Hosts(manifest).Select(host => host.ToString())] : null;

    /// <summary>Whether a capability reaches hosts in one version that it did not in the one before.</summary>
    internal static bool IsWider(string capability, PluginManifest from, PluginManifest to) =>
        IsAboutHosts(capability) && !Hosts(to).All(host => Hosts(from).Any(old => old.Covers(host)));

    /// <summary>Those of the capabilities granted so far that reach no further in the new version. The rest is asked for again.</summary>
    internal static IReadOnlyList<string> Kept(IReadOnlyList<string> granted, PluginManifest? from, PluginManifest to) =>
        from is null ? granted : [.. granted.Where(capability => !IsWider(capability, from, to))];

    private static bool IsAboutHosts(string capability) => capability is Capabilities.HttpClient or Capabilities.WebSocket;

    private static IReadOnlyList<HostPattern> Hosts(PluginManifest manifest) =>
        manifest.Security.NetworkHosts.Count > 0 ? manifest.Security.NetworkHosts : [HostPattern.Any];
}
