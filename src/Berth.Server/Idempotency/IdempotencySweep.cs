using Berth.Data.Sessions;
using Berth.Server.Configuration;

namespace Berth.Server.Idempotency;

/// <summary>Renews the leases of requests that run, and forgets old answers and what a killed process left waiting.</summary>
internal sealed partial class IdempotencySweep(
    IdempotencyStore store, BerthSettings settings, TimeProvider time, ILogger<IdempotencySweep> logger) : BackgroundService
{
    private const int SweepEvery = 30;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var tick = 0; await timer.WaitForNextTickAsync(stoppingToken); tick++)
                await RunAsync(sweeps: tick % SweepEvery == 0, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task RunAsync(bool sweeps, CancellationToken cancellationToken)
    {
        try
        {
            await store.RenewAsync(cancellationToken);
            if (!sweeps)
                return;
            await store.SweepAsync(cancellationToken);
            RemoveWaiting();
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or IOException or UnauthorizedAccessException)
        {
            LogLater(exception);
        }
    }

    private void RemoveWaiting()
    {
        var folder = IdempotentRequests.WaitingFolder(settings);
        if (!Directory.Exists(folder))
            return;
        var oldest = time.GetUtcNow().UtcDateTime - LongestWait;
        foreach (var file in Directory.EnumerateFiles(folder, "*.tmp").Where(file => File.GetLastWriteTimeUtc(file) < oldest))
            File.Delete(file);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Old idempotency keys could not be swept now; this is tried again")]
    private partial void LogLater(Exception exception);
}
