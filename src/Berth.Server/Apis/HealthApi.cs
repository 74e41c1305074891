using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Server.Apis;

/// <summary>Health: alive, and ready to serve.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map("/health/live", _ => false);
        Map("/health/ready", check => check.Tags.Contains("berth"));

        void Map(string pattern, Func<HealthCheckRegistration, bool> predicate) =>
            routes.MapHealthChecks(pattern, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync })
                .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).WithBerthPolicies().AllowAnonymousCallers().InCategory(RateCategory.None);
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => new
        {
            status = entry.Value.Status.ToString().ToLowerInvariant(),
            entry.Value.Description,
            details = entry.Value.Data.Count == 0 ? null : entry.Value.Data,
        }),
    }, BerthJson.Options, context.RequestAborted);
}
