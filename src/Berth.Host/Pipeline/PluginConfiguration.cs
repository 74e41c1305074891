using Berth.Host.Calls;
using Berth.Host.Dispatch;
using Berth.Host.Events.Plugins;
using Berth.Host.Guards;
using Berth.Host.Hooks;
using Berth.Host.Isolation.Network;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Pipeline;

/// <summary>Builds the plugin's own services, its own endpoint pipeline, and its lifecycle manager: the second half of the load.</summary>
internal sealed class PluginConfiguration(
    ILoggerFactory loggers, PluginEventParts events, GuardRegister guards, GuardRunner runner, GuardTrail trail, ServiceCalls calls, ServiceIntrospection introspection, ITrustCeilings ceilings, TimeProvider time,
    NetworkGates network, HostOffers machine)
{
    /// <summary>Fills <paramref name="parts"/>. What the plugin's code throws becomes a fault of its own.</summary>
    public StageFault? Configure(InstanceParts parts)
    {
        try
        {
            return Build(parts);
        }
        catch (Exception exception)
        {
            return new StageFault("plugin.configure_failed", $"{parts.Id} cannot run: {ForeignCode.Describe(exception)}");
        }
    }

    private StageFault? Build(InstanceParts parts)
    {
        var files = parts.Files!;
        var pluginLoggers = new PluginLoggerFactory(loggers, parts.Id);
        parts.Context = new PluginContext(files, pluginLoggers.CreateLogger(""), time, ceilings) { Limits = parts.Limits };
        parts.Context.Resources.Http.GoThrough(network.Open(files, parts.Context, parts.Limits.NetworkBytesPerSecond));

        var services = new ServiceCollection();
        parts.Events = events.Open(files, parts.Context);
        PluginServices.Add(services, parts.Context, pluginLoggers, parts.Events, machine);
        services.AddSingleton(new ConsumerServices(calls, introspection, files, parts.Context)).AddScoped<IPluginServices, CallPluginServices>();
        services.AddSingleton(parts.Context.Resources.Time);
        parts.Plugin!.ConfigureServices(services, parts.Context);
        if (GuardDeclarations.Read(files, parts.Assembly!, services, out var declared) is { } wrong)
            return wrong;
        if (HookSet.Read(files, services, out var hooks) is { } unknown)
            return unknown;
        (parts.Guards, parts.Hooks) = (guards.Add(parts.Context, declared), hooks);
        if (OfferedServices.Find(parts.Id, parts.Assembly!, files.Manifest.Module!, out var offers) is { } invalid)
            return invalid;
        parts.Offers = offers;
        foreach (var offer in offers)
            services.TryAddScoped(offer.Implementation);
        parts.Provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        parts.Endpoints = EndpointPipeline.Build(parts.Provider, parts.Plugin, new GuardGate(parts.Guards, runner, trail));

        if (LifecycleManagerType.Find(parts.Id, parts.Assembly!, files.Manifest.Module!.LifecycleManager, out var type) is { } fault)
            return fault;
        parts.HasOwnLifecycleManager = type is not null;
        parts.LifecycleManager = type is null
            ? new DefaultLifecycleManager()
            : (LifecycleManager)ActivatorUtilities.CreateInstance(parts.Provider, type);
        return null;
    }
}
