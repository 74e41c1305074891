using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store;

/// <summary>Judges the optimised files in the store again now and then, and asks for those of what is in the store without them: a variant is often made after the first install.</summary>
internal sealed partial class VariantAdoptionService(
    SharedStore store, IPackageSource source, LifecycleOptions options, TimeProvider time, ILogger<VariantAdoptionService> logger) : BackgroundService
{
    /// <summary>Looks at every version once: those with optimised files are judged again, those without asked for, unless nobody takes them. Returns how many got some.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var adopted = 0;
        foreach (var id in store.Ids().ToList())
        {
            await store.SettleVariantAsync(id, cancellationToken);
            if (!await store.IsVariantUnwantedAsync(id, cancellationToken) && await store.TakeVariantAsync(id, source, cancellationToken))
                adopted++;
        }

        return adopted;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.TakesVariants)
            return;
        await Task.Yield();
        using var timer = new PeriodicTimer(options.CleanupInterval, time);
        try
        {
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogTrouble(exception.Message); // a registry that is away is asked again
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Optimised files could not be asked for: {Reason}")]
    private partial void LogTrouble(string reason);
}
