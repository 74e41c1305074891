using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// Who is sent to at this moment: one delivery after another to each webhook, many webhooks at once. Those that fail hold
/// only a part of the slots, so a receiver that hangs delays nobody but itself.
/// </summary>
internal sealed partial class WebhookPost(IDatabase database, WebhookCourier courier, SendingLease lease, WebhookOptions options, WebhookWake wake, TimeProvider time, ILogger<WebhookPost> logger)
{
    /// <summary>How many deliveries a webhook gets before others have their turn.</summary>
    private const int MostInARow = 50;

    private readonly ConcurrentDictionary<string, Sending> _sending = new(StringComparer.Ordinal);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins to send what is due, as far as there are slots.</summary>
    public async Task StartDueAsync(CancellationToken cancellationToken)
    {
        foreach (var due in await database.ReadAsync(session => WebhookRows.DueAsync(session, Now), cancellationToken))
        {
            if (_sending.Count >= options.Slots)
                return;
            if (_sending.ContainsKey(due.Id) || (due.Failures > 0 && _sending.Values.Count(sending => sending.IsFailing) >= options.SlotsForFailing))
                continue;
            var sending = new Sending(due.Failures > 0);
            _sending[due.Id] = sending;
            sending.Work = Task.Run(() => SendAsync(due.Id, cancellationToken), CancellationToken.None);
        }
    }

    /// <summary>Ends when nothing is under way any more.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_sending.Values.Select(sending => sending.Work));

    private async Task SendAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            for (var sent = 0; sent < MostInARow && lease.IsHeld && !cancellationToken.IsCancellationRequested; sent++)
            {
                var (webhook, delivery) = await database.ReadAsync(
                    async session => (await WebhookRows.SendableAsync(session, id, Now), await DeliveryRows.DueAsync(session, id, Now)), cancellationToken);
                if (webhook is null || delivery is null)
                    return;
                await courier.DeliverAsync(webhook, delivery, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops. What was on its way stays pending.
        }
        catch (DatabaseUnavailableException exception)
        {
            LogAway(exception);
        }
        catch (Exception exception)
        {
            LogFailed(id, exception);
        }
        finally
        {
            _sending.TryRemove(id, out _);
            wake.Pulse();
        }
    }

    /// <summary>Whether the last attempt before it began had failed, and its end.</summary>
    private sealed class Sending(bool isFailing)
    {
        public bool IsFailing => isFailing;

        public Task Work { get; set; } = Task.CompletedTask;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; webhooks are sent when it is back")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The webhook {Webhook} could not be sent to; it is tried again")]
    private partial void LogFailed(string webhook, Exception exception);
}
