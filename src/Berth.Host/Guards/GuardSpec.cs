using Berth.Packaging.Manifest;

namespace Berth.Host.Guards;

/// <summary>One guard that a version's endpoints may name: declared in its manifest, or added by its code.</summary>
/// <param name="declared">What the manifest says, or would say.</param>
/// <param name="provider">The slug of the plugin whose code decides.</param>
/// <param name="counts">Where its decisions are counted.</param>
internal sealed class GuardSpec(GuardManifest declared, string provider, GuardCounts counts)
{
    public string Name => declared.Name;

    /// <summary>Whether another plugin's code decides.</summary>
    public bool IsExternal => declared.Source is not null;

    /// <summary>Whether other plugins may name it.</summary>
    public bool IsExported => declared.Exported && !IsExternal;

    public string Provider => provider;

    public IReadOnlyList<string> Dependencies => declared.Dependencies;

    public GuardCounts Counts => counts;

    /// <summary>One that only the code knows: local, for this plugin alone, waiting for no other.</summary>
    public static GuardManifest Undeclared(string name) => new(name, null, "local", null, Exported: false, []);

    public GuardSnapshot Snapshot() =>
        new(Name, IsExternal, provider, IsExported, Dependencies, counts.Allowed, counts.Denied, counts.Failed);
}
