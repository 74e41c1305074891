using System.Reflection;
using Berth.Host.Pipeline;
using Berth.Worker.Protocol;

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
        type = PluginTypes.LifecycleManager(assembly, named, out var problem);
        return problem is null ? null : new StageFault("plugin.lifecycle_manager_invalid", $"{id}: {problem}");
    }
}
