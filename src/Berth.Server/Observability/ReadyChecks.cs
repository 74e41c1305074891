using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Server.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Server.Observability;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(IDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.ReadAsync(session => session.ScalarAsync<long>("SELECT 1"), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DatabaseUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}

/// <summary>Whether the data folder can be written and has room.</summary>
internal sealed class StorageCheck(BerthSettings settings) : IHealthCheck
{
    private const long MinFreeBytes = 64L * 1024 * 1024;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var probe = Path.Combine(settings.DataDirectory, $".ready-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(probe, "ready", cancellationToken);
            File.Delete(probe);
            var free = new DriveInfo(Path.GetFullPath(settings.DataDirectory)).AvailableFreeSpace;
            return free >= MinFreeBytes ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Only {free} bytes are free.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The data folder cannot be written.");
        }
    }
}

/// <summary>
/// Whether a search finds what it needs, the index in memory or the database made ready: until then, an answer to this waits as a
/// search would. Tells which engine it is.
/// </summary>
internal sealed class SearchCheck(ICatalogSearch search) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await search.PrepareAsync(cancellationToken);
            return HealthCheckResult.Healthy(data: new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["engine"] = search.Engine?.ToString().ToLowerInvariant() ?? "",
            });
        }
        catch (DatabaseUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
