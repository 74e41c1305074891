using Berth.Worker.Broker;
using Berth.Worker.Loading;
using Berth.Worker.Protocol;
using Microsoft.Extensions.Hosting;

namespace Berth.Worker.Control;

/// <summary>Tells the host of a background service of the plugin that died, which would otherwise be silent: nobody waits for it.</summary>
internal static class BackgroundTeller
{
    /// <summary>Looks after the services of a plugin that has started.</summary>
    public static void Watch(LoadedPlugin plugin, BrokerClient broker)
    {
        foreach (var service in plugin.Started)
        {
            if (service is BackgroundService { ExecuteTask: { } running })
                _ = WatchAsync(plugin, broker, service.GetType().FullName ?? service.GetType().Name, running);
        }
    }

    private static async Task WatchAsync(LoadedPlugin plugin, BrokerClient broker, string name, Task running)
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            // Told to stop, it may end as it likes.
            if (!plugin.Context.Unloading.IsCancellationRequested)
                await TellAsync(broker, new WorkerBackgroundLoss(name, OutcomeMapping.Describe(exception)));
        }
    }

    private static async Task TellAsync(BrokerClient broker, WorkerBackgroundLoss loss)
    {
        try
        {
            await broker.PostAsync("/background", loss, ProtocolJson.Default.WorkerBackgroundLoss, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RemoteFailureException or IOException)
        {
            // The host is going, and this worker with it; with its last lines it is told all the same.
            Console.Error.WriteLine($"The background service {loss.Service} ended: {loss.Reason}");
        }
    }
}
