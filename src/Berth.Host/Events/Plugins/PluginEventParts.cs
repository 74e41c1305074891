using Berth.Host.Services;

namespace Berth.Host.Events.Plugins;

/// <summary>What the doors of all loaded versions share.</summary>
internal sealed class PluginEventParts(IHostEvents events, IEventBus bus, HostOptions options, TimeProvider time, IEnumerable<IDurableEvents> durable)
{
    public IHostEvents Events { get; } = events;

    public IEventBus Bus { get; } = bus;

    /// <summary>Subscriptions that outlive the instance; <see langword="null"/> on a host that keeps no events.</summary>
    public IDurableEvents? Durable { get; } = durable.FirstOrDefault();

    public TimeSpan Limit { get; } = options.EventTimeLimit;

    public TimeProvider Time { get; } = time;

    public PluginEvents Open(PluginVersionFiles files, PluginContext context) =>
        new(files.Id, new PluginEventRules(files.Id, files.Manifest), this, context.Unloading);
}
