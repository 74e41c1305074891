namespace Berth.Packaging.Manifest;

/// <summary>What a version for the isolation level <c>vm</c> cannot have: said when it is packed, and not when it is loaded.</summary>
internal static class VmSection
{
    private const string Advice = "Remove it, or write the plugin in .NET.";

    public static void Check(ManifestObject root, PluginManifest manifest)
    {
        var level = manifest.Security.Sandbox?.IsolationLevel;
        if (manifest.Module is not { } module)
            return;
        if (!module.IsForVm)
        {
            if (string.Equals(level, "vm", StringComparison.Ordinal))
                Fault(root, ManifestFaultCodes.VmLevel, "/security/sandbox/isolationLevel", "The level vm runs JavaScript and WebAssembly below vm/, and the plugin's code is a .NET assembly. Name another level.");
            return;
        }

        if (level is not null and not "vm")
            Fault(root, ManifestFaultCodes.VmLevel, "/security/sandbox/isolationLevel", $"The code below vm/ runs at the level vm alone, and not at {ManifestFaults.Quote(level)}. Write vm, or leave the member out.");
        Refuse(root, module.LifecycleManager is not null, "/module/lifecycleManager", "a lifecycle manager of its own");
        Refuse(root, module.Contracts.Count > 0, "/module/contracts", "contract assemblies");
        Refuse(root, module.Guards.Count > 0, "/module/guards", "guards");
        Refuse(root, module.CrossPluginServices.Count > 0, "/module/crossPluginServices", "services for other plugins");
        Refuse(root, module.Consumes.Count > 0, "/module/consumes", "services of other plugins");
        var hooks = manifest.Hooks;
        Refuse(root, new[] { hooks.BeforeLoad, hooks.AfterLoad, hooks.BeforeUnload, hooks.OnError }.Any(hook => hook.Names is { Count: > 0 }), "/events/lifecycle", "lifecycle hooks");
    }

    private static void Refuse(ManifestObject root, bool isThere, string pointer, string what)
    {
        if (isThere)
            Fault(root, ManifestFaultCodes.VmUnsupported, pointer, $"A plugin for the level vm has no {what}. {Advice}");
    }

    private static void Fault(ManifestObject root, string code, string pointer, string message) => root.Faults.Add(code, pointer, message);
}
