using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// Sends webhooks, on one node at a time: hold the lease → make deliveries of new events → send what is due. Looks after
/// each commit of this process and every second; without any webhook it only looks every minute whether another node has made one.
/// </summary>
internal sealed partial class WebhookService(
    IDatabase database, SendingLease lease, WebhookFanOut fanOut, WebhookPost post, WebhookWake wake, CommitSignal signal, TimeProvider time, ILogger<WebhookService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sending = new CancellationTokenSource();
        try
        {
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                await RoundAsync(sending.Token, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync(sending);
        }
    }

    private async Task RoundAsync(CancellationToken sending, CancellationToken stopping)
    {
        var (woken, committed) = (wake.NextAsync(), signal.NextAsync());
        var state = Duty.Others;
        try
        {
            state = await WorkAsync(sending, stopping);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogAway(exception);
        }

        // Not one look for each of many commits.
        await Task.Delay(Breath, time, stopping);
        if (state == Duty.More)
            return;
        var pause = Task.Delay(state == Duty.None ? Rest : Look, time, stopping);
        await (state == Duty.Ours ? Task.WhenAny(woken, committed, pause) : Task.WhenAny(woken, pause));
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<Duty> WorkAsync(CancellationToken sending, CancellationToken stopping)
    {
        if (!await database.ReadAsync(session => WebhookRows.AnySendableAsync(session), stopping))
            return Duty.None;
        if (await lease.HoldAsync(stopping) is { } position)
            await fanOut.BeginAtAsync(position, stopping);
        if (!lease.IsHeld)
            return Duty.Others;
        var mayBeMore = await fanOut.StepAsync(stopping);
        await post.StartDueAsync(sending);
        return mayBeMore ? Duty.More : Duty.Ours;
    }

    /// <summary>Lets what is on its way arrive, for a moment; the rest stays pending and is sent by whoever comes next.</summary>
    private async Task LeaveAsync(CancellationTokenSource sending)
    {
        try
        {
            await Task.WhenAny(post.WhenIdleAsync(), Task.Delay(Farewell, CancellationToken.None));
            await sending.CancelAsync();
            await post.WhenIdleAsync();
            await lease.ReleaseAsync();
        }
        catch (DatabaseUnavailableException exception)
        {
            LogAway(exception);
        }
    }

    private enum Duty
    {
        /// <summary>There is no webhook.</summary>
        None,

        /// <summary>Another node sends.</summary>
        Others,

        /// <summary>This one does, and has done what there was.</summary>
        Ours,

        /// <summary>This one does, and there may be more.</summary>
        More,
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; webhooks are sent when it is back")]
    private partial void LogAway(Exception exception);
}
