using System.Text;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Host;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Bench.Benchmarks;

/// <summary>The instance pool over folders of versions, without server and database.</summary>
internal sealed class PoolBed : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly Nobody _user = new();

    public PoolBed(VersionFolders versions, HostOptions? options = null, Action<IServiceCollection>? change = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton(options ?? new HostOptions()).AddSingleton(TimeProvider.System).AddSingleton<IPluginVersionSource>(versions);
        services.AddBerthHost();
        change?.Invoke(services);
        _provider = services.BuildServiceProvider();
        Pool = _provider.GetRequiredService<IInstancePool>();
    }

    public IInstancePool Pool { get; }

    public IIsolationLevels Levels => _provider.GetRequiredService<IIsolationLevels>();

    /// <summary>Waits until the spare workers, if there are any, have come up and do nothing but wait, as they do in a host that has run for a second.</summary>
    public async Task SettledAsync()
    {
        var spares = _provider.GetRequiredService<SpareWorkers>();
        await spares.Filled;
        TimeSpan before, now = TimeSpan.MinValue;
        do
        {
            before = now;
            // Longer than a spare waits before it begins to rehearse.
            await Task.Delay(500);
            now = spares.ProcessIds.Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessTimes.OfTree(id));
        }
        while (now != before);
    }

    /// <summary>Ends the spare workers that wait.</summary>
    public Task DropSparesAsync() => _provider.GetRequiredService<SpareWorkers>().DropAsync();

    /// <summary>Takes a lease, which loads the version, and calls <c>GET /version</c>.</summary>
    public async Task LoadAndCallAsync(PluginVersionId id)
    {
        var leased = await Pool.LeaseAsync(id);
        if (leased is not LeaseOutcome.Leased { Lease: var lease })
            throw new InvalidOperationException($"{id} did not load: {leased}");
        using (lease)
        {
            using var body = new MemoryStream();
            var http = new DefaultHttpContext { RequestServices = _provider };
            http.Request.Method = HttpMethods.Get;
            http.Response.Body = body;
            http.Features.Set<IHttpRequestBodyDetectionFeature>(NoBody.Instance);
            var outcome = await lease.DispatchAsync(http, _user, "/p/" + id.Slug, "/version");
            await http.Response.BodyWriter.FlushAsync();
            if (outcome is not DispatchOutcome.Completed || Encoding.UTF8.GetString(body.ToArray()) != "1.0.0")
                throw new InvalidOperationException($"{id} answered {outcome}.");
        }
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly NoBody Instance = new();

        public bool CanHaveBody => false;
    }
}
