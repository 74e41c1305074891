using Berth.Server.Configuration;

namespace Berth.Server.Apis;

/// <summary>The server's own settings, for administrators.</summary>
internal static class ServerSettingsApi
{
    public static void MapServerSettings(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/settings", (BerthSettings settings) => Results.Json(new { settings = SettingsReport.Of(settings) }, BerthJson.Options))
            .WithTags("System").WithSummary("The server's settings in force, and where each value came from").NeedAdministrator().WithBerthPolicies();
}
