using Microsoft.AspNetCore.Builder;

namespace Berth;

/// <summary>Extensions for endpoints of a plugin.</summary>
public static class PluginEndpointExtensions
{
    /// <summary>Lets only requests through that every one of the guards allows, asked in this order. A guard that cannot be had denies.</summary>
    public static TBuilder RequireGuard<TBuilder>(this TBuilder endpoint, params string[] guards)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new GuardAttribute(guards)));
        return endpoint;
    }
}
