using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>Takes what is written to the outbox, by this process and by others, from its start to its end.</summary>
internal abstract partial class OutboxService(IEvents events, EventFilter filter, TimeProvider time, ILogger logger) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public virtual Task StartAsync(CancellationToken cancellationToken)
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

    /// <summary>From here on nothing is missed; what was before is not taken.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Takes one, in the order of their numbers.</summary>
    protected abstract void Take(PublishedEvent row);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        long? position = null;
        while (true)
        {
            try
            {
                await foreach (var step in new OutboxFollower(events, filter, time).FollowAsync(_ => Task.FromResult(position), cancellationToken))
                {
                    if (position is null)
                        Begin();
                    if (step.Event is { } row)
                        Take(row);
                    position = step.Position;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Nothing that is known; whatever it is, it must not silence this until the next start.
                LogAgain(exception, GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Service} could not take events of the outbox; it goes on where it was")]
    private partial void LogAgain(Exception exception, string service);
}
