using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>frontend</c>. Its objects are open: front ends read members of their own there.</summary>
internal static class FrontendSection
{
    public static FrontendManifest? Read(ManifestObject? frontend, string? slug)
    {
        if (frontend is null)
        {
            return null;
        }

        var entry = ManifestPaths.Read(frontend, "entry", required: true);
        if (entry is not null && !ServedPaths.Contains(entry))
        {
            frontend.Fault(ManifestFaultCodes.EntryNotServed, "entry", $"{ManifestFaults.Quote(entry)} is not served to users. Put the entry below dist/, public/ or assets/.");
        }

        var modules = new List<FrontendModuleManifest>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var module in frontend.Objects("modules"))
        {
            var read = ReadModule(module);
            modules.Add(read);
            if (read.Name.Length > 0 && !names.Add(read.Name))
            {
                module.Fault(ManifestFaultCodes.ListDuplicate, "name", $"Two modules are named '{read.Name}'; upper and lower case do not matter. Rename one.");
            }
        }

        return new FrontendManifest
        {
            Entry = entry ?? "",
            Scope = frontend.Text("scope", 128, ManifestText.IsScope, ManifestFaultCodes.TextForm, "Write the name of the global that the entry defines.") ?? slug ?? "",
            Modules = modules,
        };
    }

    private static FrontendModuleManifest ReadModule(ManifestObject module)
    {
        const string NameAdvice = "Write letters, digits, spaces, '.', '_' or '-', at most 128.";
        var name = module.Text("name", 1024, ManifestText.IsModuleName, ManifestFaultCodes.TextForm, NameAdvice, required: true) ?? "";
        return new FrontendModuleManifest
        {
            Name = name,
            DisplayName = module.Text("displayName", 128, min: 1) ?? name,
            Description = module.Text("description", 4096),
            Icon = ManifestPaths.Icon(module, "icon"),
            Category = module.Text("category", 64, min: 1),
            Tags = module.Texts("tags", 64),
            Priority = module.Whole("priority", int.MinValue, int.MaxValue) ?? 0,
            Props = module.Copy("props", "an object", JsonValueKind.Object),
            ConfigFields = ReadConfigFields(module),
            Messages = module.Copy("messages", "an object", JsonValueKind.Object),
            RequiredServices = module.Copy("requiredServices", "an object or a list", JsonValueKind.Object, JsonValueKind.Array),
            Dependencies = module.Texts("dependencies", 256),
            Layout = module.Copy("layout", "an object", JsonValueKind.Object),
        };
    }

    private static JsonElement? ReadConfigFields(ManifestObject module)
    {
        if (module.Object("configFields") is { } fields)
        {
            foreach (var name in fields.Members.Select(field => field.Name).Distinct(StringComparer.Ordinal))
            {
                if (fields.Object(name) is { } field)
                {
                    field.Text("type", 64, min: 1);
                    field.Text("description", 4096);
                }
            }
        }

        return module.Find("configFields")?.Clone();
    }
}
