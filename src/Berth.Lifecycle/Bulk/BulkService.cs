using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Bulk;

/// <summary>Takes up bulk operations at the start, watches for those that other nodes leave, and lets go of all at the end.</summary>
internal sealed partial class BulkService(BulkOperations operations, LifecycleOptions options, TimeProvider time, ILogger<BulkService> logger) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await operations.StopAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.OperationLease / 2, time);
        try
        {
            do
            {
                await ResumeAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await operations.ResumeAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLater(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; operations for many users are taken up later")]
    private partial void LogLater(Exception exception);
}
