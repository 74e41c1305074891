using Microsoft.AspNetCore.Builder;

namespace Berth;

/// <summary>Endpoint metadata: the request must pass the named guard of the plugin.</summary>
/// <param name="Guard">The name under which the guard was added.</param>
public sealed record GuardRequirement(string Guard);

/// <summary>Extensions for endpoints of a plugin.</summary>
public static class PluginEndpointExtensions
{
    /// <summary>Lets only requests through that the guard allows. A guard that was never added denies.</summary>
    public static TBuilder RequireGuard<TBuilder>(this TBuilder endpoint, string guard)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new GuardRequirement(guard)));
        return endpoint;
    }
}
