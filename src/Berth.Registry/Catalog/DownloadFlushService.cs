using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Catalog;

/// <summary>Writes counted downloads twice a second, when there are any, and at the stop.</summary>
internal sealed partial class DownloadFlushService(IDownloadCounter counter, TimeProvider time, ILogger<DownloadFlushService> logger) : BackgroundService
{
    /// <summary>With the time that a write takes, a crash loses less than a second of counts.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await counter.FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A database that cannot be written must not end the host; what was counted is kept and tried again.
            LogFlushFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Downloads could not be counted in the database; they are kept and tried again")]
    private partial void LogFlushFailed(Exception exception);
}
