namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>monitoring</c>.</summary>
internal static class MonitoringSection
{
    public static MonitoringManifest Read(ManifestObject? monitoring)
    {
        if (monitoring is null)
        {
            return new MonitoringManifest();
        }

        var performance = monitoring.Object("performance");
        var read = new MonitoringManifest
        {
            MaxStartupTime = performance is null ? null : (int?)Quantity.Milliseconds(performance, "maxStartupTime"),
            MaxResponseTime = performance is null ? null : (int?)Quantity.Milliseconds(performance, "maxResponseTime"),
            EnableMetrics = performance?.Flag("enableMetrics") ?? true,
            EnableTracing = performance?.Flag("enableTracing") ?? false,
            CircuitBreaker = ReadBreaker(monitoring.Object("circuitBreaker")),
        };
        performance?.RefuseUnknown();
        monitoring.RefuseUnknown();
        return read;
    }

    private static CircuitBreakerManifest? ReadBreaker(ManifestObject? breaker)
    {
        if (breaker is null)
        {
            return null;
        }

        var read = new CircuitBreakerManifest(
            breaker.Flag("enabled") ?? true,
            breaker.Whole("failureThreshold", 1, 1000) ?? 5,
            (int?)Quantity.Milliseconds(breaker, "recoveryTimeout") ?? 60_000,
            breaker.Whole("halfOpenMaxCalls", 1, 1000) ?? 3);
        breaker.RefuseUnknown();
        return read;
    }
}
