namespace Berth.Host.Services;

/// <summary>Effective = declared and permitted by the trust level ∩ granted by this call's user.</summary>
internal static class CapabilityCheck
{
    /// <summary>Whether the capability is in force for this call.</summary>
    public static bool IsInForce(string capability, IPluginContext plugin, IUserScope user) =>
        plugin.Capabilities.Contains(capability) && user.GrantedCapabilities.Contains(capability);

    /// <exception cref="CapabilityDeniedException">The capability is not in force for this call.</exception>
    public static void Demand(string capability, IPluginContext plugin, IUserScope user)
    {
        if (!plugin.Capabilities.Contains(capability))
            throw new CapabilityDeniedException(capability, $"{plugin.Slug} {plugin.Version} does not declare it in security.capabilities, or its trust level does not permit it.");
        if (!user.GrantedCapabilities.Contains(capability))
            throw new CapabilityDeniedException(capability, $"the user of this call has not granted it to {plugin.Slug}. Grant it: `berth grant {plugin.Slug} {capability}`.");
    }
}
