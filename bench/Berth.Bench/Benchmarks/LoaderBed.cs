using Berth.Bench.Material;
using Berth.Host;
using Berth.Host.Graph.Loading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Bench.Benchmarks;

/// <summary>The loader and the pool over versions in a shape, without server and database.</summary>
internal sealed class LoaderBed : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly ShapedVersions _versions;

    public LoaderBed(ShapedVersions versions)
    {
        _versions = versions;
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        services.AddSingleton(new HostOptions()).AddSingleton(TimeProvider.System).AddSingleton<IPluginVersionSource>(versions);
        services.AddBerthHost();
        _provider = services.BuildServiceProvider();
    }

    /// <summary>Loads all of them, and checks that exactly those run that can.</summary>
    public async Task<LoadManyOutcome> LoadAsync(LoadingStrategy? strategy)
    {
        var outcome = await _provider.GetRequiredService<IInstanceLoader>().LoadAsync(_versions.Ids, strategy);
        if (outcome.Loads.Count != _versions.Ids.Count || !outcome.Failed.Select(load => load.Id).ToHashSet().SetEquals(_versions.Dead))
            throw new InvalidOperationException($"{strategy}: {outcome.Failed.Count()} of {outcome.Loads.Count} do not run, the first one because: {outcome.Failed.FirstOrDefault()?.Failure?.Message}");
        return outcome;
    }

    /// <summary>Unloads all of them, and forgets what failed.</summary>
    public async Task ClearAsync()
    {
        var pool = _provider.GetRequiredService<IInstancePool>();
        await Task.WhenAll(_versions.Ids.Select(id => pool.UnloadAsync(id)));
        foreach (var id in _versions.Dead)
            pool.Release(id);
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
