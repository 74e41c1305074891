using Berth.Data.Sessions;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>Recovers before the server takes requests, and watches for what other nodes leave behind.</summary>
internal sealed partial class RecoveryService(
    SharedStore store, Recovery recovery, RecordRepair records, SettingsKeys settingsKeys, LifecycleOptions options, TimeProvider time, ILogger<RecoveryService> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        store.Paths.KeepOthersOut();
        await recovery.RecoverAsync(cancellationToken);
        await settingsKeys.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await GuardedAsync(() => records.AdvanceAsync(isStopping: true, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.OperationLease, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await GuardedAsync(() => recovery.WatchAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLater(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; recovery tries again later")]
    private partial void LogLater(Exception exception);
}
