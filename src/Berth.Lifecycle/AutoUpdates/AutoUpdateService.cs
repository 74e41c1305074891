using Berth.Data.Sessions;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// Rounds of automatic updates, as often as the interval says and never at the same moment on all hosts: the first one falls
/// anywhere into the first interval, and each pause is up to a tenth shorter or longer.
/// </summary>
internal sealed partial class AutoUpdateService(AutoUpdateRound round, AutoUpdateOptions options, TimeProvider time, ILogger<AutoUpdateService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Interval <= TimeSpan.Zero)
            return;
        try
        {
            for (var pause = options.Interval * Random.Shared.NextDouble(); ; pause = options.Interval * (0.9 + (0.2 * Random.Shared.NextDouble())))
            {
                await Task.Delay(pause, time, stoppingToken);
                await GuardedAsync(stoppingToken);
            }
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
            await round.RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException || StoreFaults.IsDisk(exception))
        {
            LogLeftOut(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database or the disk is away; automatic updates wait for the next round")]
    private partial void LogLeftOut(Exception exception);
}
