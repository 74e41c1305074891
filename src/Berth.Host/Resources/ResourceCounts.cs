namespace Berth.Host.Resources;

/// <summary>What an instance holds that ends with it.</summary>
/// <param name="Timers">Timers of the plugin's <see cref="TimeProvider"/> that are set.</param>
/// <param name="Owned">What the plugin gave to <see cref="IPluginContext.Own"/>.</param>
/// <param name="HostedServices">Its hosted services.</param>
public sealed record ResourceCounts(int Timers, int Owned, int HostedServices);
