namespace Berth.Worker.Calls;

/// <summary>Effective = declared and permitted by the trust level ∩ granted by this call's user. The host and the kernel hold to it whatever is said here.</summary>
internal static class CallCapabilities
{
    /// <summary>Whether it is in force.</summary>
    public static bool IsInForce(string capability, IPluginContext plugin, CallUser user) => plugin.Capabilities.Contains(capability) && user.Granted.Contains(capability);

    /// <summary>Throws unless it is in force.</summary>
    /// <exception cref="CapabilityDeniedException">The capability is not in force for this call.</exception>
    public static void Demand(string capability, IPluginContext plugin, CallUser user)
    {
        if (!plugin.Capabilities.Contains(capability))
            throw new CapabilityDeniedException(capability, $"{plugin.Slug} {plugin.Version} does not declare it in security.capabilities, or its trust level does not permit it.");
        if (!user.Granted.Contains(capability))
            throw new CapabilityDeniedException(capability, $"the user of this call has not granted it to {plugin.Slug}. Grant it: `berth grant {plugin.Slug} {capability}`.");
    }
}
