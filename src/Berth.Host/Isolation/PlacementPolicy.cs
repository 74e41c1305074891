using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation;

/// <summary>
/// Decides at which isolation level a version may run, from its manifest and its trust level alone. Asked by the pipeline
/// before a load, and by an operation's plan before anything is fetched. A level that is missing is refused, never downgraded.
/// </summary>
public static class PlacementPolicy
{
    /// <summary>The level of a load context in the host's own process.</summary>
    public const string None = "none";

    private const string Quarantined = "quarantined";

    /// <summary>Decides for one version.</summary>
    /// <param name="manifest">The version's manifest.</param>
    /// <param name="trustLevel">The registry's decision.</param>
    /// <param name="options">What this host offers.</param>
    public static PlacementOutcome Decide(PluginManifest manifest, string trustLevel, HostOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        var plugin = $"{manifest.Name} {manifest.Version}";

        if (string.Equals(trustLevel, Quarantined, StringComparison.Ordinal))
        {
            return new PlacementOutcome.Refused(
                "plugin.quarantined",
                $"{plugin} is quarantined and does not run. An administrator can see why in the plugin's trust history, and release it.");
        }

        var level = manifest.Security.Sandbox is { Enabled: true } sandbox ? sandbox.IsolationLevel ?? "sandbox" : None;
        if (!string.Equals(level, None, StringComparison.Ordinal))
        {
            return new PlacementOutcome.Refused(
                "isolation.unavailable",
                $"{plugin} asks for isolation level '{level}', and this host offers only '{None}'. Choose a version that does not ask for it, or a host that offers the level.");
        }

        if (!options.InProcessTrustLevels.Contains(trustLevel))
        {
            return new PlacementOutcome.Refused(
                "isolation.unavailable",
                $"{plugin} has the trust level '{trustLevel}', which needs an isolation level that this host does not offer; in its own process it runs only {string.Join(", ", options.InProcessTrustLevels.Order(StringComparer.Ordinal))}. An administrator can raise the plugin's trust.");
        }

        return new PlacementOutcome.Placed(None);
    }
}

/// <summary>Where a version may run.</summary>
public abstract record PlacementOutcome
{
    private PlacementOutcome()
    {
    }

    /// <summary>It runs at this isolation level.</summary>
    public sealed record Placed(string Isolation) : PlacementOutcome;

    /// <summary>It does not run here.</summary>
    /// <param name="Code"><c>isolation.unavailable</c> or <c>plugin.quarantined</c>.</param>
    /// <param name="Reason">For people, with what to do next.</param>
    public sealed record Refused(string Code, string Reason) : PlacementOutcome;
}
