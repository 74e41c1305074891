using Berth.Host.Events;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Pipeline;
using Berth.Host.Reload;
using Berth.Host.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Host;

/// <summary>Adds the host's parts to an application.</summary>
public static class HostServiceCollectionExtensions
{
    /// <summary>
    /// Adds the instance pool and the hosted service that retires idle instances and unloads all at stop.
    /// Needs <see cref="IPluginVersionSource"/>, <see cref="HostOptions"/> and <see cref="TimeProvider"/> in the container.
    /// </summary>
    public static IServiceCollection AddBerthHost(this IServiceCollection services)
    {
        services.TryAddSingleton<IHostEvents, LoggedEvents>();
        services.AddSingleton<DiscoverStage>();
        services.AddSingleton<VerifyStage>();
        services.AddSingleton<ResolveStage>();
        services.AddSingleton<PlaceStage>();
        services.AddSingleton<PluginConfiguration>();
        services.AddSingleton<LoadStage>();
        services.AddSingleton<StartStage>();
        services.AddSingleton<InstancePipeline>();
        services.AddSingleton<ContextWatch>();
        services.AddSingleton<InstanceTeardown>();
        services.AddSingleton<InstanceUnload>();
        services.AddSingleton<InstancePool>();
        services.AddSingleton<IInstancePool>(provider => provider.GetRequiredService<InstancePool>());
        services.AddHostedService<InstanceRetirement>();
        services.AddHostedService<PressureRetirement>();
        return services;
    }
}
