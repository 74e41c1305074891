using Berth.Lifecycle.Store;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>
/// What the start does after a process was killed: operations of dead processes are undone, their staging folders removed,
/// recovery records that lag behind the database written again.
/// </summary>
internal sealed partial class Recovery(OperationJournal journal, SharedStore store, RecordRepair records, ILogger<Recovery> logger)
{
    /// <summary>At the start. Returns how many operations were undone.</summary>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var undone = await journal.RecoverAsync(includeOwn: true, cancellationToken);
        var staging = await SweepAsync(cancellationToken, isStart: true);
        var repaired = await records.RepairAsync(cancellationToken);
        if (undone + staging + repaired > 0)
            LogRecovered(undone, staging, repaired);
        return undone;
    }

    /// <summary>While running: what other nodes left whose lease ran out, and our own leftovers.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        await journal.RecoverAsync(includeOwn: false, cancellationToken);
        await SweepAsync(cancellationToken);
        await records.AdvanceAsync(isStopping: false, cancellationToken);
    }

    /// <summary>A store that cannot be written must not keep the server from starting: what is stored can still be served.</summary>
    private async Task<int> SweepAsync(CancellationToken cancellationToken, bool isStart = false)
    {
        try
        {
            var swept = await store.SweepAsync(cancellationToken);
            if (isStart)
                await store.EnterAsync(cancellationToken);
            return swept;
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            LogNotSwept(exception);
            return 0;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Recovered: {Operations} operations undone, {Staging} staging folders removed, {Records} recovery records written again")]
    private partial void LogRecovered(int operations, int staging, int records);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The staging folder of the plugin store could not be swept")]
    private partial void LogNotSwept(Exception exception);
}
