using Berth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Small;

/// <summary>What B7 loads five hundred times: a service and two endpoints.</summary>
public sealed class SmallPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services, IPluginContext plugin) => services.AddSingleton<Counter>();

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/version", () => "1.0.0");
        endpoints.MapGet("/count", (Counter counter) => counter.Next().ToString());
    }
}

public sealed class Counter
{
    private int _count;

    public int Next() => Interlocked.Increment(ref _count);
}
