using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Search;

/// <summary>
/// Chooses the engine and reads its index when the server has started, so that the first search finds it, and lists what has no listing, piece by
/// piece: searches meanwhile find what is listed so far. What searches show is read as well, so that they ask no database.
/// </summary>
internal sealed partial class ListingService(IDatabase database, SearchEngines engines, SearchState search, SummaryCache summaries, TimeProvider time, ILogger<ListingService> logger) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the way of the start.
        await Task.Yield();
        while (!await TryAsync(stoppingToken))
            await Task.Delay(Again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FillAsync(cancellationToken);
            var listed = await ListingRebuild.RunAsync(database, (slug, exception) => NotListed(logger, slug, exception), cancellationToken);
            if (listed > 0)
            {
                Listed(logger, listed);
                await FillAsync(cancellationToken);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Searches say so, too; the server goes on.
            Unavailable(logger, exception);
            return false;
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var engine = await engines.CurrentAsync(cancellationToken);
        await engine.PrepareAsync(cancellationToken);
        if (engine is MemoryEngine)
            await SummaryFill.RunAsync(database, await search.CurrentAsync(cancellationToken), summaries, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} plugins that had no listing are found by searches again")]
    private static partial void Listed(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The plugin {Slug} has no listing and cannot get one: searches do not find it")]
    private static partial void NotListed(ILogger logger, string slug, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The listings of plugins could not be looked through; tried again soon")]
    private static partial void Unavailable(ILogger logger, Exception exception);
}
