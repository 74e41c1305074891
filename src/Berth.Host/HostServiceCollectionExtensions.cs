using Berth.Host.Caches;
using Berth.Host.Events;
using Berth.Host.Events.Plugins;
using Berth.Host.Graph.Loading;
using Berth.Host.Graph;
using Berth.Host.Guards;
using Berth.Host.Health;
using Berth.Host.Hooks;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Isolation.Network;
using Berth.Host.Isolation.Worker;
using Berth.Host.Observability;
using Berth.Host.Pipeline;
using Berth.Host.Reload;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Berth.Host.States;
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
        services.AddBerthEvents();
        services.AddSingleton<GuardRegister>();
        services.AddSingleton<IGuardRegister>(provider => provider.GetRequiredService<GuardRegister>());
        services.AddSingleton<ProviderGuards>();
        services.AddSingleton<GuardRunner>();
        services.AddSingleton<GuardTrail>();
        services.AddSingleton<HookRunner>();
        services.AddSingleton<BackgroundWatch>();
        services.AddSingleton<StartedInstances>();
        services.AddSingleton<IPluginHealth, PoolHealth>();
        services.AddSingleton<HostCaches>();
        services.AddSingleton<IHostCaches>(provider => provider.GetRequiredService<HostCaches>());
        services.AddSingleton<IManifestCache, ManifestCache>();
        services.AddSingleton<DiscoverStage>();
        services.TryAddSingleton<ISignatureTrust, NoSignatureTrust>();
        services.AddSingleton<SignatureCheck>();
        services.AddSingleton<VerifyStage>();
        services.AddSingleton<ResolveStage>();
        services.AddSingleton<DeclarationCheck>();
        services.AddSingleton<PlaceStage>();
        services.AddCrossPluginServices();
        services.TryAddSingleton<ITrustCeilings, RiskCeilings>();
        services.AddSingleton<NetworkGates>().AddSingleton<NetworkProxies>();
        services.AddSingleton<PluginConfiguration>();
        services.AddSingleton<LoadStage>();
        services.AddWorkers();
        services.AddSingleton<StartStage>();
        services.AddSingleton<InstancePipeline>();
        services.AddSingleton<ContextWatch>();
        services.AddSingleton<InstanceTeardown>();
        services.AddSingleton<InstanceUnload>();
        services.AddSingleton<PoolCounts>();
        services.AddSingleton<SlotParts>();
        services.AddSingleton<InstancePool>();
        services.AddSingleton<IInstancePool>(provider => provider.GetRequiredService<InstancePool>());
        services.AddSingleton<GraphReader>().AddSingleton<PlansInForce>().AddSingleton<DependencyHolds>().AddSingleton<DependencyWaits>().AddSingleton<DependencyResolution>();
        services.AddSingleton<Func<IInstancePool>>(provider => provider.GetRequiredService<IInstancePool>);
        services.AddSingleton<IInstanceLoader, InstanceLoader>();
        services.TryAddSingleton<IWantedInstances, NothingWanted>();
        services.AddHostedService<InstanceRetirement>();
        services.AddHostedService<PressureRetirement>();
        services.AddHostedService<StartLoading>();
        services.AddIsolation();
        services.AddObservability();
        return services;
    }

    private static void AddObservability(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<MetricsOptions>();
        services.TryAddSingleton<PluginLabels>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<IHostFigures>(provider => provider.GetRequiredService<HostMetrics>());
        services.AddSingleton<EventMetrics>();
        services.AddHostedService<PoolMetrics>();
        MeasuredEvents.PutAround(services);
    }

    private static void AddBerthEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventBus>();
        services.AddSingleton<IEventBus>(provider => provider.GetRequiredService<EventBus>());
        services.TryAddSingleton<IHostEvents>(provider => provider.GetRequiredService<EventBus>());
        services.AddSingleton<PluginEventParts>();
    }
}
