using Berth.Events;
using Berth.Host.Health;
using Berth.Host.Services;

namespace Berth.Host.Events.Plugins;

/// <summary>
/// Calls a plugin's handler with one event: on the pool, without the host's execution context, with a time limit. What it
/// throws becomes text; what it does after its time holds up this subscription alone.
/// </summary>
internal sealed class PluginHandler(
    PluginVersionId id, string call, Func<ReceivedEvent, CancellationToken, Task> handler, TimeSpan limit, TimeProvider time, Func<InstanceMonitor?> monitor)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Answers whether the handler succeeded, when its code has really ended: the next event never overtakes. While the
    /// instance's breaker lets no calls through, the event waits.
    /// </summary>
    public async Task<bool> HandleAsync(HostEvent happened, CancellationToken ending)
    {
        var pass = await EnterAsync(ending);
        var began = time.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var running = Start(new ReceivedEvent(happened.Data, happened.At, happened.Number), over.Token);
        try
        {
            var failure = await running.WaitAsync(limit, time, CancellationToken.None);
            var result = failure is null ? CallResult.Succeeded : ending.IsCancellationRequested ? CallResult.Abandoned : CallResult.Failed;
            Ended(result, failure, began, pass);
            return failure is null;
        }
        catch (TimeoutException)
        {
            Ended(CallResult.TimedOut, $"took longer than {limit.TotalSeconds:0.###} s", began, pass);
            await CancelAsync(over);
            await running;
            return false;
        }
    }

    private async Task<BreakerPass> EnterAsync(CancellationToken ending)
    {
        while (true)
        {
            // Before the version runs there is no breaker yet.
            if (monitor() is not { } watched)
                return BreakerPass.Outside;
            if (watched.TryEnter(out var pass, out var retryAfter))
                return pass;
            await Task.Delay(retryAfter > ShortestWait ? retryAfter : ShortestWait, time, ending);
        }
    }

    private Task<string?> Start(ReceivedEvent received, CancellationToken ending) => ForeignCode.RunAsync(new PluginScope(id, userId: null), async () =>
    {
        try
        {
            // Here and not before the hop to the pool: after a subscription has ended, none of its handlers begins.
            ending.ThrowIfCancellationRequested();
            await handler(received, ending);
            return (string?)null;
        }
        catch (Exception exception)
        {
            return ForeignCode.Describe(exception);
        }
    });

    private void Ended(CallResult result, string? reason, long began, BreakerPass pass) =>
        monitor()?.Ended(new EndedCall(CallKind.Event, call, result, reason, time.GetElapsedTime(began)) { Pass = pass, Limit = limit });

    private static async Task CancelAsync(CancellationTokenSource over)
    {
        try
        {
            await over.CancelAsync();
        }
        catch (Exception)
        {
            // A callback of the plugin threw; its time is over either way.
        }
    }
}
