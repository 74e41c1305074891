using System.Text;
using Berth.Bench.Material;
using Berth.Host;
using Berth.Host.Dispatch;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Bench.Benchmarks;

/// <summary>The instance pool over folders of versions, without server and database.</summary>
internal sealed class PoolBed : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly Nobody _user = new();

    public PoolBed(VersionFolders versions)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton(new HostOptions()).AddSingleton(TimeProvider.System).AddSingleton<IPluginVersionSource>(versions);
        services.AddBerthHost();
        _provider = services.BuildServiceProvider();
        Pool = _provider.GetRequiredService<IInstancePool>();
    }

    public IInstancePool Pool { get; }

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
            var outcome = await lease.DispatchAsync(http, _user, "/p/" + id.Slug, "/version");
            await http.Response.BodyWriter.FlushAsync();
            if (outcome is not DispatchOutcome.Completed || Encoding.UTF8.GetString(body.ToArray()) != "1.0.0")
                throw new InvalidOperationException($"{id} answered {outcome}.");
        }
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
