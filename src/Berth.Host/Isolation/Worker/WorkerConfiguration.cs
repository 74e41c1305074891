using Berth.Host.Calls;
using Berth.Host.Events.Plugins;
using Berth.Host.Guards;
using Berth.Host.Hooks;
using Berth.Host.Isolation.Worker.Forwarding;
using Berth.Host.Isolation.Worker.StandIns;
using Berth.Host.Pipeline;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Berth.Worker.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// The host's side of a version that runs in a worker: the same parts as in process, with a stand-in in the place of each of the
/// plugin's own objects. So everything that is done with an instance is done with one in a worker, by the same code.
/// </summary>
internal sealed class WorkerConfiguration(
    ILoggerFactory loggers, PluginEventParts events, GuardRegister guards, ServiceCalls calls, ServiceIntrospection introspection, ITrustCeilings ceilings, IHttpForwarder forwarder, HostOffers machine, TimeProvider time)
{
    /// <summary>What the version declares and its trust level permits.</summary>
    public IReadOnlySet<string> CapabilitiesOf(PluginVersionFiles files) => files.Manifest.Security.Capabilities
        .Where(name => ceilings.Permits(files.Id.Slug, files.TrustLevel, name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Makes what the worker may call for while it loads.</summary>
    public void Prepare(InstanceParts parts)
    {
        parts.Context = new PluginContext(parts.Files!, new PluginLoggerFactory(loggers, parts.Id).CreateLogger(""), time, ceilings) { Limits = parts.Limits };
        parts.Events = events.Open(parts.Files!, parts.Context);
    }

    /// <summary>Fills <paramref name="parts"/> from what the worker says that the plugin has.</summary>
    public StageFault? Configure(InstanceParts parts, WorkerSession session, WorkerReady ready)
    {
        var files = parts.Files!;
        var worker = parts.Worker!;
        var services = new ServiceCollection();
        PluginServices.Add(services, parts.Context!, new PluginLoggerFactory(loggers, parts.Id), parts.Events!, machine);
        services.AddSingleton(new ConsumerServices(calls, introspection, files, parts.Context!)).AddScoped<IPluginServices, CallPluginServices>();
        services.AddScoped<RemoteService>();
        if (ready.HasHealthChecks)
            services.AddSingleton<HealthCheckService>(new RemoteHealthChecks(worker.Connection));

        List<Berth.Packaging.Manifest.GuardManifest> declared = [.. files.Manifest.Module!.Guards, .. ready.AddedGuards.Select(GuardSpec.Undeclared)];
        foreach (var guard in declared.Where(guard => guard.Source is null))
        {
            services.AddKeyedScoped<IGuard>(guard.Name, (provider, name) =>
                new RemoteGuard((string)name!, session, worker.Connection, provider.GetRequiredService<CallScope>(), provider));
        }

        foreach (var name in ready.Hooks)
            services.AddKeyedSingleton<ILifecycleHooks>(name, new RemoteHooks(name, worker.Connection));
        if (HookSet.Read(files, services, out var hooks) is { } unknown)
            return unknown;

        parts.Plugin = new RemotePlugin(worker.Connection);
        (parts.Guards, parts.Hooks) = (guards.Add(parts.Context!, declared), hooks);
        parts.Offers = [.. ready.Services.Select(service => new OfferedService(service.Token, typeof(RemoteService), new RemoteContract(service, session, worker.Connection)))];
        parts.Provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        parts.Endpoints = new WorkerEndpoints(forwarder, worker, session, ready.HasStreams).ForwardAsync;
        parts.HasOwnLifecycleManager = ready.HasOwnLifecycleManager;
        parts.LifecycleManager = ready.HasOwnLifecycleManager ? new RemoteLifecycleManager(session, worker.Connection) : new DefaultLifecycleManager();
        return null;
    }
}
