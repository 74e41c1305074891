using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The metrics in Prometheus' text format or OpenMetrics, whichever the collector asks for.</summary>
internal static class MetricsApi
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint("/metrics")
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .WithMetadata(new ScrapeTokenAccepted()).NeedAdministrator().WithBerthPolicies().InCategory(RateCategory.None);
}
