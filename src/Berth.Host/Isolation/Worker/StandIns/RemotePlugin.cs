namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>In the place of the plugin's entry object: what it is asked goes to the worker.</summary>
internal sealed class RemotePlugin(WorkerConnection connection) : IPlugin
{
    public Task StartAsync(IPluginContext plugin, CancellationToken cancellationToken) => connection.PostAsync("/start", cancellationToken);

    /// <summary>The last: what the plugin handed over, and its services.</summary>
    public Task DisposeAsync(CancellationToken cancellationToken) => connection.PostAsync("/dispose", cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => connection.PostAsync("/stop", cancellationToken);
}
