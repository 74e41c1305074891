namespace Berth.Server.Apis;

/// <summary>Endpoints that work on the request itself and are still listed in the OpenAPI description.</summary>
internal static class DescribedEndpoints
{
    /// <summary>Maps a handler without parameter binding: for routes where that would cost more than their work.</summary>
    /// <remarks>The framework describes only endpoints with a method among their metadata, and adds none to these.</remarks>
    public static IEndpointConventionBuilder MapDescribed(this IEndpointRouteBuilder routes, string pattern, IEnumerable<string> methods, RequestDelegate handler) =>
        routes.MapMethods(pattern, methods, handler).WithMetadata(handler.Method);
}
