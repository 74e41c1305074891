using Berth.Data.Sessions;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Hosting;

namespace Berth.Lifecycle;

/// <summary>Does the same work again and again until the server stops. While the database or the disk is away, a round is left out.</summary>
/// <param name="interval">The pause between two rounds.</param>
/// <param name="beginsAtOnce">Whether the first round is at the start, not after the first pause.</param>
/// <param name="time">The clock.</param>
internal abstract class PeriodicService(TimeSpan interval, bool beginsAtOnce, TimeProvider time) : BackgroundService
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>One round.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>A round was left out; the next one does its work.</summary>
    protected abstract void LeftOut(Exception exception);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            if (beginsAtOnce)
                await GuardedAsync(stoppingToken);
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
            await RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException || StoreFaults.IsDisk(exception))
        {
            LeftOut(exception);
        }
    }
}
