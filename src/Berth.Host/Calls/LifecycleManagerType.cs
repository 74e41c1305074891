using System.Reflection;
using Berth.Host.Pipeline;

namespace Berth.Host.Calls;

/// <summary>Finds a plugin's lifecycle manager: by the manifest's name, or as the only public subclass.</summary>
internal static class LifecycleManagerType
{
    /// <param name="id">The version.</param>
    /// <param name="assembly">Its main assembly.</param>
    /// <param name="named">The manifest's <c>module.lifecycleManager</c>.</param>
    /// <param name="type">The class, or <see langword="null"/> for the declarative default.</param>
    public static StageFault? Find(PluginVersionId id, Assembly assembly, string? named, out Type? type)
    {
        type = null;
        if (named is not null)
        {
            type = assembly.GetType(named, throwOnError: false);
            return type is not null && IsUsable(type)
                ? null
                : new StageFault("plugin.lifecycle_manager_invalid", $"{id}: module.lifecycleManager names '{named}', which is {(type is null ? "not in the main assembly" : "not a public, non-abstract subclass of Berth.LifecycleManager")}. Its publisher has to correct the name.");
        }

        var found = assembly.GetExportedTypes().Where(IsUsable).ToList();
        if (found.Count > 1)
            return new StageFault("plugin.lifecycle_manager_invalid", $"{id} has {found.Count} lifecycle managers ({string.Join(", ", found.Select(candidate => candidate.FullName))}). Its publisher has to name one in module.lifecycleManager.");
        type = found.SingleOrDefault();
        return null;
    }

    private static bool IsUsable(Type type) =>
        type is { IsAbstract: false, IsVisible: true, ContainsGenericParameters: false } && type.IsSubclassOf(typeof(LifecycleManager));
}
