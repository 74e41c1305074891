using System.Diagnostics.Metrics;
using Berth.Host.Caches;
using Berth.Lifecycle.Installations;
using Berth.Server.Files;
using CacheFigures = Berth.Lifecycle.Installations.CacheFigures;

namespace Berth.Server.Observability;

/// <summary>Hits and misses of the caches, read from their own counts when metrics are collected.</summary>
internal sealed class CacheMetrics(IMeterFactory meters, ILifecycleStatistics lifecycle, FileCache files, IHostCaches host) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(BerthTelemetry.MeterName);
        meter.CreateObservableCounter("cache_hits_total", () => Read(figures => figures.Hits), null, "Lookups that a cache answered.");
        meter.CreateObservableCounter("cache_misses_total", () => Read(figures => figures.Misses), null, "Lookups that a cache did not answer.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> Read(Func<CacheFigures, long> figure) =>
        lifecycle.Caches
            .Append(new("files", new CacheFigures(files.Figures.Hits, files.Figures.Misses)))
            .Concat(host.Figures.Select(cache => KeyValuePair.Create(cache.Name, new CacheFigures(cache.Hits, cache.Misses))))
            .Select(cache => new Measurement<long>(figure(cache.Value), new KeyValuePair<string, object?>("cache", cache.Key)));
}
