using Berth.Packaging.Manifest;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Who may use a service: declared by the consumer, opened by the provider, permitted by both trust levels and by the capabilities behind it.</summary>
internal static class ServiceAccess
{
    // What nobody vouches for, or somebody warned of, neither offers nor uses services inside the host.
    private static readonly string[] Trusted = ["internal", "verified", "community"];

    /// <summary>Why not; <see langword="null"/> when it may.</summary>
    public static ServiceRefusal? Check(ServiceCaller caller, PluginVersionFiles provider, CrossPluginServiceManifest service, ITrustCeilings ceilings)
    {
        var consumer = caller.Plugin;
        if (!service.Global && !service.Allow.Contains(consumer.Id.Slug, StringComparer.OrdinalIgnoreCase))
            return new ServiceRefusal(ServiceRefusal.NotAllowed, $"{provider.Id} offers '{service.Token}' to named plugins only, and {consumer.Id.Slug} is not among them. Its publisher can add it to 'allow', or set 'global'.");

        foreach (var plugin in new[] { consumer, provider })
        {
            if (!Trusted.Contains(plugin.TrustLevel, StringComparer.Ordinal))
                return new ServiceRefusal(ServiceRefusal.Trust, $"{plugin.Id} has the trust level '{plugin.TrustLevel}', and services between plugins need {string.Join(", ", Trusted)}. An administrator can raise it.");
        }

        // Behind a service lies what its provider may do: a consumer gets no more through it than it could do by itself.
        foreach (var capability in service.Capabilities)
        {
            if (!caller.Capabilities.Contains(capability))
                return new ServiceRefusal(ServiceRefusal.Capability, $"'{service.Token}' needs '{capability}', which {consumer.Id} does not declare in security.capabilities, or its trust level does not permit.");
            if (!caller.User.GrantedCapabilities.Contains(capability))
                return new ServiceRefusal(ServiceRefusal.Capability, $"'{service.Token}' needs '{capability}', which the user of this call has not granted to {consumer.Id.Slug}. Grant it: `berth grant {consumer.Id.Slug} {capability}`.");
            if (!provider.Manifest.Security.Capabilities.Contains(capability, StringComparer.Ordinal) || !ceilings.Permits(provider.Id.Slug, provider.TrustLevel, capability))
                return new ServiceRefusal(ServiceRefusal.Capability, $"'{service.Token}' needs '{capability}', which its provider {provider.Id} does not declare in security.capabilities, or its trust level does not permit.");
        }

        return null;
    }
}
