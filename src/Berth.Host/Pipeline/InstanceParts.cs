using System.Reflection;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Services;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Pipeline;

/// <summary>
/// The one holder of everything that keeps a loaded version in memory. The pipeline fills it, the teardown empties it:
/// whoever still holds this object afterwards, a lease or a suspended call of the host, holds nothing of the plugin.
/// </summary>
internal sealed class InstanceParts(PluginVersionId id)
{
    public PluginVersionId Id { get; } = id;

    /// <summary>The stage that the load has reached.</summary>
    public string Phase { get; set; } = "";

    public PluginVersionFiles? Files { get; set; }

    public string Isolation { get; set; } = PlacementPolicy.None;

    public PluginLoadContext? LoadContext { get; set; }

    public Assembly? Assembly { get; set; }

    public PluginContext? Context { get; set; }

    public IPlugin? Plugin { get; set; }

    public ServiceProvider? Provider { get; set; }

    public RequestDelegate? Endpoints { get; set; }

    public LifecycleManager? LifecycleManager { get; set; }

    public bool HasOwnLifecycleManager { get; set; }

    /// <summary>Those that were started, in that order.</summary>
    public List<IHostedService> HostedServices { get; } = [];

    /// <summary>Whether <see cref="IPlugin.StartAsync"/> was called, so that its counterpart is owed.</summary>
    public bool IsStartCalled { get; set; }

    /// <summary>Lets go of everything of the plugin.</summary>
    public void Clear()
    {
        LoadContext = null;
        Assembly = null;
        Context = null;
        Plugin = null;
        Provider = null;
        Endpoints = null;
        LifecycleManager = null;
        HostedServices.Clear();
    }
}
