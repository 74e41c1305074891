using Berth.Host.Calls;
using Berth.Host.Dispatch;
using Berth.Host.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Pipeline;

/// <summary>Builds the plugin's own services, its own endpoint pipeline, and its lifecycle manager: the second half of the load.</summary>
internal sealed class PluginConfiguration(ILoggerFactory loggers, TimeProvider time)
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
        parts.Context = new PluginContext(files, pluginLoggers.CreateLogger(""), time);

        var services = new ServiceCollection();
        PluginServices.Add(services, parts.Context, pluginLoggers);
        services.AddSingleton(parts.Context.Resources.Time);
        parts.Plugin!.ConfigureServices(services, parts.Context);
        parts.Provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        parts.Endpoints = EndpointPipeline.Build(parts.Provider, parts.Plugin);

        if (LifecycleManagerType.Find(parts.Id, parts.Assembly!, files.Manifest.Module!.LifecycleManager, out var type) is { } fault)
            return fault;
        parts.HasOwnLifecycleManager = type is not null;
        parts.LifecycleManager = type is null
            ? new DefaultLifecycleManager()
            : (LifecycleManager)ActivatorUtilities.CreateInstance(parts.Provider, type);
        return null;
    }
}
