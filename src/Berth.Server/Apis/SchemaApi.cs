using Berth.Packaging.Manifest;

namespace Berth.Server.Apis;

/// <summary>The published JSON Schema of the manifest, on host and registry.</summary>
internal static class SchemaApi
{
    public static void MapSchemas(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/schemas/plugin.v1.json", () => Results.Bytes(ManifestSchema.Utf8.ToArray(), "application/schema+json"))
            .WithTags("Schemas").WithSummary("JSON Schema of plugin.json").WithBerthPolicies().AllowAnonymousCallers();
}
