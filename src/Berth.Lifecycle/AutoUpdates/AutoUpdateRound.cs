using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// One round: each plugin that somebody lets be updated → its turn, which one process has → the registry is asked once →
/// each installation of it, some at a time. Cost follows the number of plugins; the users of one cost what their update does.
/// </summary>
internal sealed partial class AutoUpdateRound(
    IDatabase database, PluginTurns turns, OfferMemory offers, AutoUpdateStep step, AutoUpdateOptions options, ILogger<AutoUpdateRound> logger)
{
    private const int PageSize = 100;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var slug in await database.ReadAsync(AutoUpdateRows.SlugsAsync, cancellationToken))
        {
            if (!await turns.TryTakeAsync(slug, cancellationToken))
                continue;
            var isDone = false;
            try
            {
                isDone = await RunAsync(slug, cancellationToken);
            }
            catch (PackageSourceUnavailableException exception)
            {
                // It would not answer for the next plugin either.
                LogAway(exception);
                return;
            }
            finally
            {
                await turns.EndAsync(slug, isDone);
            }
        }

        await turns.ForgetUnusedAsync(cancellationToken);
    }

    /// <summary>Whether all of its installations were looked at.</summary>
    private async Task<bool> RunAsync(string slug, CancellationToken cancellationToken)
    {
        using var remembered = offers.Begin();
        await offers.VersionsAsync(slug, cancellationToken);
        for (var after = ""; ;)
        {
            var page = await database.ReadAsync(session => AutoUpdateRows.PageAsync(session, slug, after, PageSize), cancellationToken);
            if (page.Count == 0)
                return true;
            var isLost = false;
            await Parallel.ForEachAsync(page, new ParallelOptions { MaxDegreeOfParallelism = options.MostAtOnce, CancellationToken = cancellationToken }, async (due, cancel) =>
            {
                if (!Volatile.Read(ref isLost) && await turns.KeepAsync(slug, cancel))
                    await step.RunAsync(due, cancel);
                else
                    Volatile.Write(ref isLost, true);
            });
            if (isLost)
                return false;
            after = page[^1].PluginId;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The registry does not answer; automatic updates wait for the next round")]
    private partial void LogAway(Exception exception);
}
