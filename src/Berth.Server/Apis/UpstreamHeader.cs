using Berth.Registry.Mirroring.Upstream;

namespace Berth.Server.Apis;

/// <summary>Tells of a plugin that another registry has, and whether that one answers.</summary>
internal static class UpstreamHeader
{
    /// <summary><c>fresh</c> or <c>stale</c>; absent for what is published here.</summary>
    public const string Name = "Berth-Upstream";

    public static void Set(HttpContext context, string slug)
    {
        if (context.RequestServices.GetService<IUpstream>()?.StateOf(slug) is { } state)
            context.Response.Headers[Name] = state;
    }
}
