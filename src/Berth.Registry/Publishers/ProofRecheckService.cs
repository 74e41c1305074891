using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Publishers;

/// <summary>Looks each hour for proofs that are due to be looked for again.</summary>
internal sealed partial class ProofRecheckService(IPublisherProofs proofs, TimeProvider time, ILogger<ProofRecheckService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RecheckAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task RecheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await proofs.RecheckAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A database that is away must not end the host; the next hour tries again.
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Proofs of publishers could not be looked for; the next hour tries again")]
    private partial void LogFailed(Exception exception);
}
