using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation;

/// <summary>
/// Decides at which isolation level a version runs, from its manifest and its trust level alone. Asked by the pipeline before a
/// load, and by an operation's plan before anything is fetched; both then ask <see cref="IIsolationLevels"/> whether this machine
/// has the level. One that is missing is refused, never downgraded.
/// </summary>
public static class PlacementPolicy
{
    /// <summary>The level of a load context in the host's own process.</summary>
    public const string None = IsolationLevels.None;

    /// <summary>The code of the refusal of code that <c>vm</c> does not run, where that is the weakest level.</summary>
    public const string VmOnly = "isolation.vm_only";

    private const string Quarantined = "quarantined";

    /// <summary>
    /// Where code of each trust level that does not run in the host's own process runs unless somebody says otherwise. A worker at
    /// <c>process</c> is kept from the host's files and from other workers by a user id of its own, which only a host that is root
    /// can give it: elsewhere a stranger's code runs in a sandbox.
    /// </summary>
    /// <param name="hostIsRoot">Whether the host can give its workers users of their own.</param>
    public static IReadOnlyDictionary<string, string> WorkerLevels(bool hostIsRoot) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["community"] = hostIsRoot ? IsolationLevels.Process : IsolationLevels.Sandbox,
        ["untrusted"] = IsolationLevels.Sandbox,
    };

    /// <summary>Decides for one version.</summary>
    /// <param name="manifest">The version's manifest.</param>
    /// <param name="trustLevel">The registry's decision.</param>
    /// <param name="options">What the administrator says.</param>
    /// <param name="rule">The trust policy's rule, if there is one.</param>
    public static PlacementOutcome Decide(PluginManifest manifest, string trustLevel, HostOptions options, PlacementRule? rule = null)
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

        // Policy, administrator and manifest each can make it stricter and none of them weaker.
        var least = options.InProcessTrustLevels.Contains(trustLevel) ? None : options.WorkerLevels.GetValueOrDefault(trustLevel, IsolationLevels.Sandbox);
        var own = options.PluginIsolation.GetValueOrDefault(manifest.Name, None);
        var asked = manifest.Module is { IsForVm: true } ? IsolationLevels.Vm : manifest.Security.Sandbox is { Enabled: true } sandbox ? sandbox.IsolationLevel ?? IsolationLevels.Sandbox : None;
        var level = Strongest(least, own, asked, rule?.Isolation ?? None);
        return string.Equals(level, IsolationLevels.Vm, StringComparison.Ordinal) && manifest.Module is { IsForVm: false }
            ? new PlacementOutcome.Refused(VmOnly, VmOnlyReason(plugin, $"berth isolation clear plugin {manifest.Name}"))
            : new PlacementOutcome.Placed(level);
    }

    /// <summary>Why .NET code does not run where <c>vm</c> is the weakest level, and what to do.</summary>
    /// <param name="plugin">Slug and version, or several.</param>
    /// <param name="remedy">The command that takes the rule away.</param>
    public static string VmOnlyReason(string plugin, string remedy) =>
        $"{plugin} has to run at isolation level 'vm', which runs JavaScript and WebAssembly, and its code is .NET. Use a version with code for 'vm', or let it run at another level: {remedy}, or a trust policy that names one.";

    private static string Strongest(params ReadOnlySpan<string> levels)
    {
        var strongest = None;
        foreach (var level in levels)
        {
            if (IsolationLevels.Strength(level) > IsolationLevels.Strength(strongest))
                strongest = level;
        }

        return strongest;
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
    /// <param name="Code"><c>isolation.vm_only</c> or <c>plugin.quarantined</c>.</param>
    /// <param name="Reason">For people, with what to do next.</param>
    public sealed record Refused(string Code, string Reason) : PlacementOutcome;
}
