namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>module.guards</c> and checks that they can run in some order.</summary>
internal static class GuardSection
{
    public static IReadOnlyList<GuardManifest> Read(ManifestObject module, IReadOnlyCollection<string> pluginDependencies)
    {
        var sections = module.Objects("guards").ToList();
        var guards = sections.ConvertAll(section => ReadGuard(section, pluginDependencies));
        var byName = new Dictionary<string, GuardManifest>(StringComparer.Ordinal);
        for (var i = 0; i < guards.Count; i++)
        {
            if (guards[i].Name.Length > 0 && !byName.TryAdd(guards[i].Name, guards[i]))
            {
                // A second guard of a name must never replace the first.
                sections[i].Fault(ManifestFaultCodes.ListDuplicate, "name", $"Two guards are named {ManifestFaults.Quote(guards[i].Name)}. Rename one.");
            }
        }

        for (var i = 0; i < guards.Count; i++)
        {
            CheckDependencies(sections[i], guards[i], byName);
        }

        return guards;
    }

    private static GuardManifest ReadGuard(ManifestObject section, IReadOnlyCollection<string> pluginDependencies)
    {
        var guard = new GuardManifest(
            section.Text("name", 128, min: 1, required: true) ?? "",
            ModuleSection.TypeName(section, "class"),
            section.Choice("scope", "local", "external") ?? "local",
            section.Text("source", 1024, ManifestText.IsSlug, ManifestFaultCodes.Name, ManifestText.SlugAdvice),
            section.Flag("exported") ?? false,
            section.Texts("dependencies", 128, distinct: true));
        section.RefuseUnknown();
        if (guard.Scope is "local")
        {
            RequireMember(section, "class", "A local guard is a class of this plugin.");
            RefuseMember(section, "source", "A local guard has no source.");
            return guard;
        }

        RequireMember(section, "source", "An external guard comes from another plugin.");
        RefuseMember(section, "class", "An external guard's class is the other plugin's matter.");
        if (guard.Exported)
        {
            section.Fault(ManifestFaultCodes.Guard, "exported", "Only the plugin that has the guard can export it. Remove the member.");
        }

        if (guard.Source is { } source && !pluginDependencies.Contains(source, StringComparer.OrdinalIgnoreCase))
        {
            section.Fault(ManifestFaultCodes.GuardDependency, "source", $"'{source}' is no dependency of this plugin. Add it to 'dependencies'.");
        }

        return guard;
    }

    private static void RequireMember(ManifestObject section, string member, string why)
    {
        if (section.Find(member) is null)
        {
            section.Fault(ManifestFaultCodes.Guard, member, $"{why} Add '{member}'.");
        }
    }

    private static void RefuseMember(ManifestObject section, string member, string why)
    {
        if (section.Find(member) is not null)
        {
            section.Fault(ManifestFaultCodes.Guard, member, $"{why} Remove '{member}', or correct the scope.");
        }
    }

    private static void CheckDependencies(ManifestObject section, GuardManifest guard, Dictionary<string, GuardManifest> byName)
    {
        for (var i = 0; i < guard.Dependencies.Count; i++)
        {
            var name = guard.Dependencies[i];
            var pointer = $"{section.PointerTo("dependencies")}/{i}";
            if (!byName.ContainsKey(name))
            {
                section.Faults.Add(ManifestFaultCodes.GuardDependency, pointer, $"There is no guard {ManifestFaults.Quote(name)}. Declare it, or correct the name.");
            }
            else if (Reaches(name, guard.Name, byName, []))
            {
                section.Faults.Add(ManifestFaultCodes.GuardDependency, pointer, $"The guards {ManifestFaults.Quote(guard.Name)} and {ManifestFaults.Quote(name)} wait for each other. Remove one dependency.");
            }
        }
    }

    // Iterative: a chain of a thousand guards must not be a thousand stack frames.
    private static bool Reaches(string from, string target, Dictionary<string, GuardManifest> byName, HashSet<string> seen)
    {
        var open = new Stack<string>([from]);
        while (open.TryPop(out var name))
        {
            if (string.Equals(name, target, StringComparison.Ordinal))
            {
                return true;
            }

            if (seen.Add(name) && byName.TryGetValue(name, out var guard))
            {
                foreach (var next in guard.Dependencies)
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }
}
