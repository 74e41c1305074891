namespace Berth.Host.Events.Plugins;

/// <summary>One subscription of a plugin, from its call until it is disposed or the version is unloaded.</summary>
internal sealed class PluginSubscription : IDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly Action<PluginSubscription> _leave;

    private PluginSubscription(Action<PluginSubscription> leave, CancellationToken unloading)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(unloading);
        _leave = leave;
    }

    /// <summary>Ends when no handler runs any more.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Of what happens from now on, while the version is loaded.</summary>
    public static PluginSubscription Live(EventReader reader, PluginHandler handler, Action<PluginSubscription> leave, CancellationToken unloading)
    {
        var subscription = new PluginSubscription(leave, unloading);
        subscription.Run(cancellation => ReadAsync(reader, handler, cancellation));
        return subscription;
    }

    /// <summary>Of everything since the subscription of this name began.</summary>
    public static PluginSubscription Durable(
        IDurableEvents events, string name, BusFilter filter, PluginHandler handler, Action<PluginSubscription> leave, CancellationToken unloading)
    {
        var subscription = new PluginSubscription(leave, unloading);
        subscription.Run(cancellation => events.FollowAsync(name, filter, handler.HandleAsync, cancellation));
        return subscription;
    }

    public void Dispose()
    {
        // Marked as ended before it returns; callbacks that the plugin hung on the token run on the pool.
        _ = _ending.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
        _leave(this);
    }

    // The host's own loop: without the execution context of the plugin's code that subscribed.
    private void Run(Func<CancellationToken, Task> loop)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            Ended = EndAsync(loop(_ending.Token));
            return;
        }

        using (ExecutionContext.SuppressFlow())
            Ended = EndAsync(loop(_ending.Token));
    }

    private static async Task EndAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static async Task ReadAsync(EventReader reader, PluginHandler handler, CancellationToken cancellationToken)
    {
        using (reader)
        {
            while (await reader.Events.WaitToReadAsync(cancellationToken))
            {
                while (!cancellationToken.IsCancellationRequested && reader.Events.TryRead(out var happened))
                    await handler.HandleAsync(happened, cancellationToken);
            }
        }
    }
}
