using Berth.Data.Sessions;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Cleans up from time to time.</summary>
internal sealed partial class CleanupService(ICleanup cleanup, LifecycleOptions options, TimeProvider time, ILogger<CleanupService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CleanupInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await GuardedAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task GuardedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await cleanup.RunAsync(isDryRun: false, cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException || StoreFaults.IsDisk(exception))
        {
            LogLater(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The cleanup was interrupted by the disk or the database; the next one goes on")]
    private partial void LogLater(Exception exception);
}
