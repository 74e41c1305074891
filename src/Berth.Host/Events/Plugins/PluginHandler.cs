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
    /// <summary>Answers whether the handler succeeded, when its code has really ended: the next event never overtakes.</summary>
    public async Task<bool> HandleAsync(HostEvent happened, CancellationToken ending)
    {
        var began = time.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var running = Start(new ReceivedEvent(happened.Data, happened.At, happened.Number), over.Token);
        try
        {
            var failure = await running.WaitAsync(limit, time, CancellationToken.None);
            var result = failure is null ? CallResult.Succeeded : ending.IsCancellationRequested ? CallResult.Abandoned : CallResult.Failed;
            Ended(result, failure, began);
            return failure is null;
        }
        catch (TimeoutException)
        {
            Ended(CallResult.TimedOut, $"took longer than {limit.TotalSeconds:0.###} s", began);
            await CancelAsync(over);
            await running;
            return false;
        }
    }

    private Task<string?> Start(ReceivedEvent received, CancellationToken ending) => ForeignCode.RunAsync(async () =>
    {
        PluginScope.Current = new PluginScope(id, userId: null);
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

    private void Ended(CallResult result, string? reason, long began) =>
        monitor()?.Ended(new EndedCall(CallKind.Event, call, result, reason, time.GetElapsedTime(began)));

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
