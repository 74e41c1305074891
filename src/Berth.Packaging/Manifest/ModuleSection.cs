using Berth.Packaging.Versioning;

namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>module</c>.</summary>
internal static class ModuleSection
{
    private const string TypeNameAdvice = "Write a full type name, for example Notes.OwnerGuard.";

    public static ModuleManifest? Read(ManifestObject? module, string? slug, IReadOnlyCollection<string> dependencies)
    {
        if (module is null)
        {
            return null;
        }

        var read = new ModuleManifest
        {
            Assembly = ReadAssembly(module) ?? "",
            Controllers = module.Texts("controllers", 512, distinct: true),
            Providers = module.Texts("providers", 512, distinct: true),
            Exports = module.Texts("exports", 512, distinct: true),
            Imports = module.Texts("imports", 512, distinct: true),
            LifecycleManager = TypeName(module, "lifecycleManager"),
            Contracts = ReadContracts(module),
            Guards = GuardSection.Read(module, dependencies),
            CrossPluginServices = ReadServices(module),
            Consumes = [.. module.Objects("consumes").Select(consumed => ReadConsumed(consumed, slug))],
        };
        module.RefuseUnknown();
        return read;
    }

    internal static string? TypeName(ManifestObject section, string member) =>
        section.Text(member, 512, ManifestText.IsTypeName, ManifestFaultCodes.TextForm, TypeNameAdvice);

    private static string? ReadAssembly(ManifestObject module)
    {
        var assembly = ManifestPaths.Read(module, "assembly", required: true);
        if (assembly is not null && !IsLoadable(assembly) && !IsForVm(assembly))
        {
            module.Fault(ManifestFaultCodes.AssemblyPlace, "assembly", $"{ManifestFaults.Quote(assembly)} is not loaded. Name a .dll below lib/net10.0/, or a .mjs, .js or .wasm below vm/.");
        }

        return assembly;
    }

    private static IReadOnlyList<string> ReadContracts(ManifestObject module)
    {
        var contracts = ManifestPaths.ReadMany(module, "contracts");
        for (var i = 0; i < contracts.Count; i++)
        {
            if (!IsLoadable(contracts[i]))
            {
                module.Faults.Add(ManifestFaultCodes.AssemblyPlace, $"{module.PointerTo("contracts")}/{i}", $"{ManifestFaults.Quote(contracts[i])} is not loaded. Name a .dll below lib/net10.0/.");
            }
        }

        return contracts;
    }

    private static bool IsLoadable(string path) =>
        path.StartsWith("lib/net10.0/", StringComparison.Ordinal) && path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    private static bool IsForVm(string path) =>
        path.StartsWith("vm/", StringComparison.Ordinal) && Path.GetExtension(path) is ".mjs" or ".js" or ".wasm";

    private static List<CrossPluginServiceManifest> ReadServices(ManifestObject module)
    {
        var services = new List<CrossPluginServiceManifest>();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in module.Objects("crossPluginServices"))
        {
            var read = new CrossPluginServiceManifest(
                service.Text("serviceName", 512, min: 1, required: true) ?? "",
                service.Text("token", 256, min: 1, required: true) ?? "",
                TypeName(service, "contract"),
                service.Flag("global") ?? false,
                service.Text("description", 4096),
                service.Texts("capabilities", 128, distinct: true),
                ManifestReader.ReadVersion(service, "version"))
            {
                Allow = ReadAllowed(service),
            };
            service.RefuseUnknown();
            if (read.Token.Length > 0 && !tokens.Add(read.Token))
            {
                service.Fault(ManifestFaultCodes.ListDuplicate, "token", $"Two services have the token {ManifestFaults.Quote(read.Token)}. Rename one.");
            }

            services.Add(read);
        }

        return services;
    }

    private static IReadOnlyList<string> ReadAllowed(ManifestObject service)
    {
        var allowed = service.Texts("allow", 64, distinct: true);
        for (var i = 0; i < allowed.Count; i++)
        {
            if (!ManifestText.IsSlug(allowed[i]))
                service.Faults.Add(ManifestFaultCodes.Name, $"{service.PointerTo("allow")}/{i}", $"{ManifestFaults.Quote(allowed[i])} is not a plugin's name. {ManifestText.SlugAdvice}");
        }

        return allowed;
    }

    private static ConsumedServiceManifest ReadConsumed(ManifestObject consumed, string? slug)
    {
        var token = consumed.Text("token", 256, min: 1, required: true) ?? "";
        var from = consumed.Text("from", 1024, ManifestText.IsSlug, ManifestFaultCodes.Name, ManifestText.SlugAdvice, required: true) ?? "";
        if (from.Length > 0 && string.Equals(from, slug, StringComparison.OrdinalIgnoreCase))
        {
            consumed.Fault(ManifestFaultCodes.DependencySelf, "from", "The plugin consumes a service of itself. Use its own service provider instead.");
        }

        VersionRange? range = ManifestReader.ReadRange(consumed, "range");
        var read = new ConsumedServiceManifest(token, from, range, consumed.Flag("optional") ?? false);
        consumed.RefuseUnknown();
        return read;
    }
}
