using System.Diagnostics;
using System.Reflection;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Events;
using Berth.Worker.Network;
using Berth.Worker.Protocol;
using Berth.Worker.Requests;
using Berth.Worker.Services;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Berth.Worker.Loading;

/// <summary>Loads the plugin's assembly and builds its services and endpoints, by the same rules as in the host's own process.</summary>
internal static class PluginLoader
{
    /// <summary>Loads and configures.</summary>
    /// <exception cref="LoadFaultException">The version cannot run.</exception>
    public static LoadedPlugin Load(WorkerHello hello, BrokerClient broker)
    {
        var assembly = LoadAssembly(hello);
        var plugin = CreateEntry(hello, assembly);
        try
        {
            return Configure(hello, broker, assembly, plugin);
        }
        catch (Exception exception) when (exception is not LoadFaultException)
        {
            throw new LoadFaultException("plugin.configure_failed", $"{hello.Slug} {hello.Version} cannot run: {OutcomeMapping.Of(exception).Reason}");
        }
    }

    private static Assembly LoadAssembly(WorkerHello hello)
    {
        var root = Path.GetFullPath(hello.Directory);
        var main = Path.GetFullPath(Path.Combine(root, hello.Assembly));
        if (!main.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(main))
            throw Fault(hello, "plugin.assembly_missing", $"has no file '{hello.Assembly}', which its manifest names as module.assembly. Its publisher has to add it.");
        try
        {
            return new WorkerLoadContext(hello, main).LoadMain();
        }
        catch (Exception exception)
        {
            throw Fault(hello, "plugin.load_failed", $"cannot run: {OutcomeMapping.Describe(exception)}");
        }
    }

    private static IPlugin CreateEntry(WorkerHello hello, Assembly assembly)
    {
        try
        {
            var entries = PluginTypes.Entries(assembly);
            if (PluginTypes.EntryProblem(entries, $"{hello.Slug} {hello.Version}", hello.Assembly) is var (code, reason))
                throw new LoadFaultException(code, reason);
            return (IPlugin)Activator.CreateInstance(entries[0])!;
        }
        catch (Exception exception) when (exception is not LoadFaultException)
        {
            throw Fault(hello, "plugin.load_failed", $"cannot run: {OutcomeMapping.Of(exception).Reason}");
        }
    }

    /// <summary>Builds the services and endpoints of a plugin that is loaded.</summary>
    public static LoadedPlugin Configure(WorkerHello hello, BrokerClient broker, Assembly assembly, IPlugin plugin)
    {
        var loggers = new BrokerLoggerFactory(broker, (LogLevel)hello.LogLevel);
        var context = new WorkerPluginContext(hello, loggers.CreateLogger(""));
        var events = new WorkerEvents(broker);
        var services = new ServiceCollection();
        AddOwn(services, hello, broker, loggers, context, events);
        plugin.ConfigureServices(services, context);

        var added = AddGuards(hello, assembly, services);
        var hooks = HookNames(hello, services);
        var offers = Offered.Find(assembly, hello, out var problems);
        if (problems.Count > 0)
            throw Fault(hello, "plugin.service_invalid", $"{string.Join("; ", problems)}. Its publisher has to correct it.", ":");
        foreach (var offer in offers)
            services.TryAddScoped(offer.Implementation);
        var wantsSettings = services.Any(descriptor => descriptor.ServiceType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IUserSettings<>));
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        var endpoints = RequestPipeline.Build(provider, plugin, broker);
        var manager = FindManager(hello, assembly);
        return new LoadedPlugin
        {
            Plugin = plugin,
            Context = context,
            Provider = provider,
            Endpoints = endpoints,
            Events = events,
            LifecycleManager = manager is null ? null : (LifecycleManager)ActivatorUtilities.CreateInstance(provider, manager),
            Offers = offers,
            WantsSettings = wantsSettings,
            Ready = new WorkerReady
            {
                Protocol = WorkerProtocol.Version,
                WorkerVersion = typeof(PluginLoader).Assembly.GetName().Version!.ToString(3),
                AddedGuards = added,
                Hooks = hooks,
                Services = [.. offers.Select(offer => new WorkerService(offer.Token, offer.Contract.Fingerprint, offer.Contract.Shape))],
                HasOwnLifecycleManager = manager is not null,
                HasStreams = true,
                HasHealthChecks = provider.GetService<HealthCheckService>() is not null,
            },
        };
    }

    private static void AddOwn(IServiceCollection services, WorkerHello hello, BrokerClient broker, ILoggerFactory loggers, WorkerPluginContext context, WorkerEvents events)
    {
        services.AddSingleton<IPluginContext>(context);
        services.AddSingleton(loggers);
        services.AddSingleton<IPluginEvents>(events);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(new DiagnosticListener("Berth.Worker"));
        services.AddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

        var http = context.Own(new WorkerHttp(hello.NetworkProxy, hello.Token, $"{hello.Slug} {hello.Version}"));
        services.AddScoped<WorkerCall>();
        services.AddScoped<IPluginUser>(provider => provider.GetRequiredService<WorkerCall>().Required);
        services.AddScoped<IUserData>(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            _ = call.Required;
            return new CallUserData(broker, call.Id, call.Ending);
        });
        services.AddScoped<IPluginCrypto>(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            _ = call.Required;
            return new CallCrypto(broker, call.Id, call.Ending);
        });
        services.AddScoped<IPluginAudit>(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            _ = call.Required;
            return new CallAudit(broker, call.Id, call.Ending);
        });
        services.AddScoped<IPluginFiles>(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            _ = call.Required;
            return new CallFiles(broker, call.Id, call.Ending);
        });
        services.AddScoped<IPluginProcesses>(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            _ = call.Required;
            return new CallProcesses(broker, call.Id, call.Ending);
        });
        services.AddScoped<IUserSettingsSource>(provider => new CallSettings(broker, provider.GetRequiredService<WorkerCall>()));
        services.AddScoped<IPluginServices>(provider => new WorkerServices(broker, provider.GetRequiredService<WorkerCall>()));
        services.AddScoped(provider =>
        {
            var call = provider.GetRequiredService<WorkerCall>();
            var user = call.Required;
            // With WebSockets alone it makes their handshakes and nothing else.
            if (!CallCapabilities.IsInForce(Capabilities.WebSocket, context, user))
                CallCapabilities.Demand(Capabilities.HttpClient, context, user);
            return http.CreateClient(capability => CallCapabilities.Demand(capability, context, user), call.Id, call.Ending);
        });
    }

    // The manifest's classes are added to the services, and every name means exactly one guard.
    private static List<string> AddGuards(WorkerHello hello, Assembly assembly, IServiceCollection services)
    {
        var added = new Dictionary<string, ServiceDescriptor>(StringComparer.Ordinal);
        foreach (var descriptor in services.Where(descriptor => descriptor.IsKeyedService && descriptor.ServiceType == typeof(IGuard) && descriptor.ServiceKey is string))
        {
            var name = (string)descriptor.ServiceKey!;
            if (!added.TryAdd(name, descriptor))
                throw Fault(hello, "plugin.guard_invalid", $"cannot run: its code adds the guard '{name}' twice, and the second would stand in for the first. Its publisher has to rename one.");
        }

        foreach (var name in hello.ExternalGuards.Where(added.ContainsKey))
            throw Fault(hello, "plugin.guard_invalid", $"cannot run: its manifest takes the guard '{name}' from another plugin, and its code adds one of the same name. Its publisher has to rename one.");
        foreach (var (name, className) in hello.Guards)
        {
            var type = assembly.GetType(className, throwOnError: false);
            if (type is not { IsAbstract: false, ContainsGenericParameters: false } || !typeof(IGuard).IsAssignableFrom(type))
                throw Fault(hello, "plugin.guard_invalid", $"cannot run: its manifest gives the guard '{name}' the class '{className}', which is {(type is null ? "not in the main assembly" : "no class that implements Berth.IGuard")}. Its publisher has to correct the name.");
            if (!added.Remove(name, out var own))
                services.AddKeyedScoped(typeof(IGuard), name, type);
            else if (own.KeyedImplementationType != type)
                throw Fault(hello, "plugin.guard_invalid", $"cannot run: its manifest gives the guard '{name}' the class '{className}', and its code adds another one of that name. Its publisher has to rename one.");
        }

        return [.. added.Keys];
    }

    private static List<string> HookNames(WorkerHello hello, IServiceCollection services)
    {
        var names = services.Where(descriptor => descriptor.IsKeyedService && descriptor.ServiceType == typeof(ILifecycleHooks) && descriptor.ServiceKey is string)
            .Select(descriptor => (string)descriptor.ServiceKey!)
            .ToList();
        var twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? names
            : throw Fault(hello, "plugin.hook_invalid", $"cannot run: its code adds the lifecycle hooks '{twice.Key}' twice. Its publisher has to give one another name.");
    }

    private static Type? FindManager(WorkerHello hello, Assembly assembly)
    {
        var found = PluginTypes.LifecycleManager(assembly, hello.LifecycleManager, out var problem);
        return problem is null ? found : throw Fault(hello, "plugin.lifecycle_manager_invalid", problem, ":");
    }

    private static LoadFaultException Fault(WorkerHello hello, string code, string what, string between = "") => new(code, $"{hello.Slug} {hello.Version}{between} {what}");
}
