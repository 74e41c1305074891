using Berth.Host;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>Looks now and then for versions that were compressed quickly only, and compresses them again, one file after another.</summary>
internal sealed partial class RecompressionService(
    SharedStore store, Recompression recompression, CodingLibraries libraries, LifecycleOptions options, TimeProvider time, ILogger<RecompressionService> logger)
    : PeriodicService(options.CleanupInterval, beginsAtOnce: false, time)
{
    // By what each version's index was when it was done with: an index that was written since is looked at again.
    private readonly Dictionary<PluginVersionId, DateTime> _done = [];
    private readonly HashSet<PluginVersionId> _toSweep = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in libraries.Missing)
            LogMissing(name);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Looks at every version once. Returns how many contents are smaller on the way now.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var recoded = 0;
        foreach (var id in store.Ids().ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_done.TryGetValue(id, out var before) && before == store.IndexWritten(id) && !_toSweep.Remove(id))
                continue;
            try
            {
                recoded += await LookAsync(id, cancellationToken);
            }
            catch (DirectoryNotFoundException)
            {
                // It left the store meanwhile.
            }
        }

        return recoded;
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Recompresses && await LookAsync(cancellationToken) is var recoded and > 0)
            LogRecoded(recoded);
    }

    protected override void LeftOut(Exception exception) => LogTrouble(exception.Message);

    private async Task<int> LookAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        // What the index does not name: left by a kill, or replaced in the round before, when requests still had the old table.
        await store.SweepCodingsAsync(id, cancellationToken);
        var recoded = await recompression.RunAsync(id, cancellationToken);
        if (recoded > 0)
            _toSweep.Add(id);
        _done[id] = store.IndexWritten(id);
        return recoded;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Library} is not on this machine: the store does without. Files are served with brotli and gzip")]
    private partial void LogMissing(string library);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Compressed {Files} served files again; they are smaller on the way now")]
    private partial void LogRecoded(int files);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Served files could not be compressed again; the quick forms are served, and it is tried again: {Reason}")]
    private partial void LogTrouble(string reason);
}
