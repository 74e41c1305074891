using Berth.Server.Configuration;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Berth.Server.Observability;

/// <summary>
/// What <c>berth-server</c> exports: metrics for Prometheus at <c>/metrics</c>, and metrics and traces over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The other variables of the OpenTelemetry specification are the SDK's.
/// </summary>
internal static class TelemetryExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Plugins that want their own activities exported name their source so.
    private const string PluginSources = "Plugin.*";

    /// <summary>Adds the exports.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="isBeside">The registry beside a host in one process: that one traces for both, because activities belong to the process.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, bool isBeside)
    {
        var isPushed = !string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]);
        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : isBeside ? "berth-registry" : "berth";
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceVersion: BerthVersion.Text))
            .WithMetrics(metrics => AddMetrics(metrics, isBeside, isPushed));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) => OwnInstruments.Keep(metrics, services));
        if (isPushed && !isBeside)
            telemetry.WithTracing(AddTraces);
    }

    private static void AddMetrics(MeterProviderBuilder metrics, bool isBeside, bool isPushed)
    {
        metrics.AddMeter([.. BerthTelemetry.Meters, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"]);
        if (!isBeside || !isPushed)
            metrics.AddMeter(OwnInstruments.Runtime);
        metrics.AddPrometheusExporter(prometheus =>
        {
            // Names and labels are Prometheus' own already; a collection is cheap and is to be true when it is asked for.
            prometheus.ScopeInfoEnabled = false;
            prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
        });
        if (isPushed)
            metrics.AddOtlpExporter();
    }

    private static void AddTraces(TracerProviderBuilder traces) => traces
        .AddSource([.. BerthTelemetry.Sources, PluginSources])
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddOtlpExporter();
}
