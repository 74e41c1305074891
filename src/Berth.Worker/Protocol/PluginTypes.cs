using System.Reflection;

namespace Berth.Worker.Protocol;

/// <summary>Which classes of a plugin's assembly mean something: the same rules in the host's own process and in a worker.</summary>
internal static class PluginTypes
{
    /// <summary>The public classes that implement <see cref="IPlugin"/>.</summary>
    public static List<Type> Entries(Assembly assembly) => [.. assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IPlugin).IsAssignableFrom(type))];

    /// <summary>Code and reason why they are not exactly one that can be made; <see langword="null"/> when they are.</summary>
    public static (string Code, string Reason)? EntryProblem(IReadOnlyList<Type> entries, string plugin, string assembly) => entries.Count switch
    {
        0 => ("plugin.entry_missing", $"{plugin} has no public, non-abstract class that implements Berth.IPlugin in '{assembly}'. Its publisher has to add one."),
        1 when entries[0].GetConstructor(Type.EmptyTypes) is null => ("plugin.entry_missing", $"{plugin}: the class {entries[0].FullName} implements Berth.IPlugin but has no public constructor without parameters. Its publisher has to add one."),
        1 => null,
        _ => ("plugin.entry_ambiguous", $"{plugin} has {entries.Count} public classes that implement Berth.IPlugin ({string.Join(", ", entries.Select(type => type.FullName))}), and only one is allowed."),
    };

    /// <summary>The lifecycle manager: by the manifest's name, or as the only public subclass; <see langword="null"/> for the declarative default.</summary>
    public static Type? LifecycleManager(Assembly assembly, string? named, out string? problem)
    {
        problem = null;
        if (named is not null)
        {
            var type = assembly.GetType(named, throwOnError: false);
            if (type is null || !IsManager(type))
                problem = $"module.lifecycleManager names '{named}', which is {(type is null ? "not in the main assembly" : "not a public, non-abstract subclass of Berth.LifecycleManager")}. Its publisher has to correct the name.";
            return type;
        }

        var found = assembly.GetExportedTypes().Where(IsManager).ToList();
        if (found.Count > 1)
            problem = $"it has {found.Count} lifecycle managers ({string.Join(", ", found.Select(candidate => candidate.FullName))}). Its publisher has to name one in module.lifecycleManager.";
        return found.FirstOrDefault();
    }

    private static bool IsManager(Type type) =>
        type is { IsAbstract: false, IsVisible: true, ContainsGenericParameters: false } && type.IsSubclassOf(typeof(LifecycleManager));
}
