using Berth.Server.Configuration;

namespace Berth.Server.Apis;

/// <summary>What this host offers, and where its registry is.</summary>
internal static class HostIndexApi
{
    public static void MapHostIndex(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1", (BerthAddresses addresses) => Results.Json(new
        {
            kind = "host",
            name = "berth",
            version = BerthVersion.Text,
            plugins = "/api/v1/plugins",
            files = "/api/v1/public/plugins",
            calls = "/p/{slug}",
            registry = addresses.Registry,
            manifest_schema = "/schemas/plugin.v1.json",
            openapi = "/openapi/v1.json",
        }, BerthJson.Options)).WithTags("Host").WithSummary("What this host offers").WithBerthPolicies().AllowAnonymousCallers();
}
