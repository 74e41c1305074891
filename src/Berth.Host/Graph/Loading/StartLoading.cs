using Microsoft.Extensions.Hosting;

namespace Berth.Host.Graph.Loading;

/// <summary>
/// Loads what is wanted from the start, once every hosted service is started: the server listens and is administrable before any
/// plugin's code runs. A critical plugin that does not run fails the start; any other failure is that plugin's own.
/// </summary>
internal sealed class StartLoading(IInstanceLoader loader, IInstancePool pool, IWantedInstances wanted) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (pool.IsSafeMode || await wanted.AllAsync(cancellationToken) is not { Count: > 0 } ids)
            return;
        var outcome = await loader.LoadAsync(ids, cancellationToken: cancellationToken);
        if (outcome.CriticalFailures.ToList() is { Count: > 0 } critical)
            throw new CriticalPluginException(critical);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
