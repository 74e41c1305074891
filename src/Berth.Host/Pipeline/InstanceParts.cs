using System.Reflection;
using Berth.Host.Events.Plugins;
using Berth.Host.Guards;
using Berth.Host.Health;
using Berth.Host.Hooks;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Isolation.Worker;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
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

    /// <summary>What is held of the versions that this one depends on.</summary>
    public IReadOnlyList<IDisposable> Dependencies { get; set; } = [];

    public string Isolation { get; set; } = PlacementPolicy.None;

    /// <summary>Whether an instance before stayed in memory after its unload.</summary>
    public bool HasLeaked { get; init; }

    /// <summary>Whether a call of an instance before held a thread of the host past its time.</summary>
    public bool HasHeldThread { get; init; }

    /// <summary>Why it runs where it runs, when its trust level is not the reason.</summary>
    public string? PlacedBecause { get; set; }

    /// <summary>What a worker of it may use.</summary>
    public WorkerLimits Limits { get; set; } = new();

    /// <summary>The capabilities by which the kernel was told what the worker may do; they stay so until it is replaced.</summary>
    public IReadOnlySet<string>? WorkerCapabilities { get; set; }

    /// <summary>The worker that runs it, at every level but <c>none</c>. Then the plugin's objects below are stand-ins for what is there.</summary>
    public WorkerInstance? Worker { get; set; }

    /// <summary>What that worker says of background services that died in it.</summary>
    public BackgroundLosses? BackgroundLosses { get; set; }

    public PluginLoadContext? LoadContext { get; set; }

    public Assembly? Assembly { get; set; }

    public PluginContext? Context { get; set; }

    public IPlugin? Plugin { get; set; }

    public PluginEvents? Events { get; set; }

    public ServiceProvider? Provider { get; set; }

    public RequestDelegate? Endpoints { get; set; }

    public GuardSet? Guards { get; set; }

    /// <summary>Names only; empty until the version is configured.</summary>
    public HookSet Hooks { get; set; } = HookSet.None;

    public LifecycleManager? LifecycleManager { get; set; }

    public bool HasOwnLifecycleManager { get; set; }

    /// <summary>What it offers to other plugins.</summary>
    public IReadOnlyList<OfferedService> Offers { get; set; } = [];

    /// <summary>Those that were started, in that order.</summary>
    public List<IHostedService> HostedServices { get; } = [];

    /// <summary>Whether <see cref="IPlugin.StartAsync"/> was called, so that its counterpart is owed.</summary>
    public bool IsStartCalled { get; set; }

    /// <summary>Whether it was stopped for good: none of its hooks runs any more, and its worker is asked nothing.</summary>
    public bool IsStopped { get; set; }

    /// <summary>The service with this token, or <see langword="null"/>.</summary>
    public OfferedService? OfferOf(string token) => Offers.FirstOrDefault(offer => string.Equals(offer.Token, token, StringComparison.Ordinal));

    /// <summary>Lets go of everything of the plugin.</summary>
    public void Clear()
    {
        LoadContext = null;
        Worker = null;
        BackgroundLosses = null;
        Assembly = null;
        Context = null;
        Plugin = null;
        Events = null;
        Provider = null;
        Endpoints = null;
        Guards = null;
        LifecycleManager = null;
        Offers = [];
        HostedServices.Clear();
        foreach (var dependency in Dependencies)
            dependency.Dispose();
        Dependencies = [];
    }
}
