using System.Collections.Concurrent;
using Berth.Worker.Events;
using Berth.Worker.Protocol;
using Berth.Worker.Services;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Worker.Loading;

/// <summary>The one plugin of this process, configured.</summary>
internal sealed class LoadedPlugin
{
    private readonly List<IHostedService> _started = [];
    private bool _isStartCalled;

    /// <summary>The services of the requests that run, by the ids of their calls.</summary>
    public ConcurrentDictionary<string, IServiceProvider> Requests { get; } = new(StringComparer.Ordinal);

    public required IPlugin Plugin { get; init; }

    public required WorkerPluginContext Context { get; init; }

    public required ServiceProvider Provider { get; init; }

    public required RequestDelegate Endpoints { get; init; }

    public required WorkerEvents Events { get; init; }

    public required LifecycleManager? LifecycleManager { get; init; }

    public required IReadOnlyList<Offered> Offers { get; init; }

    public required WorkerReady Ready { get; init; }

    /// <summary>Whether the settings are fetched with each call, because the plugin has a type for them.</summary>
    public required bool WantsSettings { get; init; }

    /// <summary>The hosted services that were started, in that order.</summary>
    public IReadOnlyList<IHostedService> Started => _started;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var service in Provider.GetServices<IHostedService>())
        {
            _started.Add(service);
            await service.StartAsync(cancellationToken);
        }

        _isStartCalled = true;
        await Plugin.StartAsync(Context, cancellationToken);
    }

    /// <summary>Cancels, stops and releases; the provider stays for the hooks after it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Context.CancelAsync();
        if (_isStartCalled)
            await Plugin.StopAsync(cancellationToken);
        for (var i = _started.Count - 1; i >= 0; i--)
            await _started[i].StopAsync(cancellationToken);
    }

    /// <summary>The last of all.</summary>
    public async Task DisposeAsync()
    {
        Context.Release();
        await Provider.DisposeAsync();
    }
}
