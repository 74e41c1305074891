using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>Applies the retention every hour.</summary>
internal sealed partial class RetentionService(Retention retention, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await retention.RunAsync(cancellationToken) is var removed and > 0)
                LogRemoved(removed);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLater(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Rows} rows of events and audit were older than they are kept, and removed")]
    private partial void LogRemoved(int rows);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The database is away; old events are removed later")]
    private partial void LogLater(Exception exception);
}
