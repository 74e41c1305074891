using Berth.Host.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Brings to the bus what others wrote to the outbox: operations, the registry, and what plugins publish on other nodes. Not
/// what this process's host raised, which has been on the bus, and not what happens to the instances of another node.
/// </summary>
internal sealed partial class OutboxRelay(IEvents events, IEventBus bus, HostEventWriter writer, TimeProvider time, ILogger<OutboxRelay> logger)
    : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not awaited, and it has begun to keep events all the same when this returns.
        _running = RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        long? position = null;
        while (true)
        {
            try
            {
                await foreach (var step in new OutboxFollower(events, new EventFilter(), time).FollowAsync(_ => Task.FromResult(position), cancellationToken))
                {
                    if (step.Event is { } row && IsNews(row) && StoredEvents.Read(row) is { } happened)
                        bus.Relay(happened);
                    position = step.Position;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Nothing that is known; whatever it is, it must not silence the bus until the next start.
                LogAgain(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private bool IsNews(PublishedEvent row) => row.RaisedBy is null
        || (string.Equals(row.Type, "berth.plugin.event", StringComparison.Ordinal) && !string.Equals(row.RaisedBy, writer.Origin, StringComparison.Ordinal));

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Events of the outbox could not be brought to the bus; it goes on where it was")]
    private partial void LogAgain(Exception exception);
}
