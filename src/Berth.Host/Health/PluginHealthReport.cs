using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Host.Health;

/// <summary>What one running version says of its own health.</summary>
/// <param name="Id">The version.</param>
/// <param name="Status">The worst of its entries; healthy when it has none.</param>
/// <param name="IsCritical">Whether its manifest says that the host cannot do without it.</param>
/// <param name="Entries">Its checks, and background services that died.</param>
public sealed record PluginHealthReport(PluginVersionId Id, HealthStatus Status, bool IsCritical, IReadOnlyList<PluginHealthEntry> Entries);

/// <summary>One check, or one background service that died.</summary>
/// <param name="Name">The check's name, or <c>background {type}</c>.</param>
/// <param name="Status">What it said; <see cref="HealthStatus.Degraded"/> for a background service.</param>
/// <param name="Description">For people; texts of the plugin, shortened.</param>
public sealed record PluginHealthEntry(string Name, HealthStatus Status, string? Description);
